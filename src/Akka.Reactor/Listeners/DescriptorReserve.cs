using System.Collections.Generic;
using Akka.Reactor.Polling;

namespace Akka.Reactor.Listeners;

/// <summary>
/// Descriptors that a listener holds while it accepts, and gives up when there is no other: then there are some for
/// everything else that the process does. It needs that: the runtime opens a file for code that it runs for the first time,
/// and where it cannot, that code fails for good, TLS for one. Its acceptor's loop only.
/// </summary>
internal sealed class DescriptorReserve(ISockets sockets)
{
    /// <summary>A first handshake needs three at a time; files and name resolution one or two each.</summary>
    internal const int Size = 16;

    private readonly Stack<nint> _held = new(Size);

    /// <summary>Takes what is missing. All or nothing: false says that there is a shortage, and of what, and leaves what there is to others.</summary>
    internal bool TryHold(out int errno)
    {
        errno = 0;
        while (_held.Count < Size)
        {
            nint descriptor = sockets.Reserve(out errno);
            if (descriptor < 0)
            {
                GiveUp();
                return false;
            }

            _held.Push(descriptor);
        }

        return true;
    }

    /// <summary>Whether there is another one.</summary>
    internal bool HasMore()
    {
        nint descriptor = sockets.Reserve(out _);
        if (descriptor >= 0)
        {
            sockets.Close(descriptor);
        }

        return descriptor >= 0;
    }

    internal void GiveUp()
    {
        while (_held.TryPop(out nint descriptor))
        {
            sockets.Close(descriptor);
        }
    }
}
