using System.Buffers;
using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Reactor.Transports;

/// <summary>
/// A write that a layer passes down, either on behalf of writes from above that the layer has accepted, or with bytes of the layer's
/// own. These bytes have their place in the layer's stream, so no transport refuses such a write because of a limit. The layer refuses
/// writes from above instead.
/// </summary>
internal abstract record LayerWrite : Write
{
    /// <param name="layer">The layer that makes the write. It receives all answers.</param>
    /// <param name="data">The bytes.</param>
    private protected LayerWrite(object layer, in ReadOnlySequence<byte> data)
        : base(data) => Layer = layer;

    /// <summary>The layer that has made the write.</summary>
    internal object Layer { get; }

    /// <summary>The accepted writes that are answered when this one is answered, in order.</summary>
    internal IReadOnlyList<PendingWrite> Completes { get; init; } = [];

    /// <inheritdoc/>
    internal override bool IsNeverRefused => true;

    /// <summary>True once the layer knows that the kernel has all bytes.</summary>
    internal bool IsTaken { get; set; }

    /// <summary>
    /// Ends the use of memory that was only lent to this write. Called once, when the bytes are not used any more: by the code that answers
    /// the write, or by a layer that has made other bytes of them.
    /// </summary>
    internal virtual void Release() { }
}

/// <summary>Bytes of a layer's own, such as a handshake or an alert. Nobody waits for an answer.</summary>
internal sealed record OwnBytes : LayerWrite
{
    /// <inheritdoc cref="LayerWrite(object, in ReadOnlySequence{byte})"/>
    internal OwnBytes(object layer, in ReadOnlySequence<byte> data)
        : base(layer, data) { }
}

/// <summary>Reports to a layer that the kernel has all bytes of its write.</summary>
internal sealed class LayerWriteTaken(LayerWrite write) : INoSerializationVerificationNeeded
{
    // Not a record: the write has this object as its acknowledgement, and its text and its hash code would have no end.
    internal LayerWrite Write => write;
}

/// <summary>Reports to a layer that the peer's TCP has all bytes of its write.</summary>
internal sealed class LayerWriteDelivered(LayerWrite write) : INoSerializationVerificationNeeded
{
    internal LayerWrite Write => write;
}
