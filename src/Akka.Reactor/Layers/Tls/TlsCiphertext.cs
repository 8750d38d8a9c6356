using System.Buffers;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Layers.Tls;

/// <summary>Ciphertext that completes accepted writes.</summary>
internal sealed record TlsCiphertext : LayerWrite
{
    private bool _isLent;

    /// <param name="layer">The layer that makes this write.</param>
    /// <param name="lower">The transport below.</param>
    /// <param name="data">The ciphertext.</param>
    /// <param name="completes">The writes that it completes.</param>
    /// <param name="cost">The cost to report as gone when the kernel has the ciphertext; null: no report.</param>
    /// <param name="delivered">Whether to report when the peer's TCP has it.</param>
    internal TlsCiphertext(
        LayerActor layer,
        IActorRef lower,
        in ReadOnlySequence<byte> data,
        List<PendingWrite> completes,
        long? cost,
        bool delivered
    )
        : base(layer, data)
    {
        // The ciphertext is lent only to a transport: another layer may send anything else in its place.
        _isLent = lower is TransportRef;
        Completes = completes;
        Cost = cost ?? 0;
        Ack = cost is null ? null : new LayerWriteTaken(this);
        DeliveredAck = delivered ? new LayerWriteDelivered(this) : null;
    }

    /// <summary>The cost of accepted writes that is gone when the kernel has this ciphertext.</summary>
    internal long Cost { get; }

    internal override void Release()
    {
        if (_isLent)
        {
            _isLent = false;
            TlsOutput.Release(Data);
        }
    }
}
