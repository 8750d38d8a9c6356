using System.Collections.Generic;

namespace Akka.Reactor.Transports;

/// <summary>
/// The writes that the kernel has taken and whose senders want to know when the peer's TCP acknowledges them. Each write is kept
/// with the position in the stream at which it ends.
/// </summary>
internal sealed class DeliveryLog
{
    private readonly Queue<(long End, PendingWrite Write)> _waiting = new();

    internal bool IsEmpty => _waiting.Count == 0;

    internal void Add(long end, PendingWrite write) => _waiting.Enqueue((end, write));

    /// <summary>Removes and returns the next write that ends at or before the acknowledged position.</summary>
    internal bool TryTake(long acknowledged, out PendingWrite write)
    {
        if (_waiting.TryPeek(out (long End, PendingWrite Write) next) && next.End <= acknowledged)
        {
            write = _waiting.Dequeue().Write;
            return true;
        }

        write = default;
        return false;
    }
}
