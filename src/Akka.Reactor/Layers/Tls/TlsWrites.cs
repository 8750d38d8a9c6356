using System.Buffers;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// The accepted writes of a TLS layer, from their acceptance until the kernel has their ciphertext: first gathered, then with the engine,
/// then in a <see cref="TlsCiphertext"/>. Mutable: keep it in a field.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct TlsWrites
{
    // If no write from above asks for an acknowledgement, the layer requests one below each time this much cost has been sent,
    // to know how much is still queued.
    private const int ReportEvery = 32 * 1024;

    // The writes whose ciphertext has not been handed down yet: all writes until the handshake is complete. Null if there are none, so that
    // an idle layer owns no list.
    private List<PendingWrite>? _given;

    // The writes that the engine has not got yet: more messages wait in the mailbox, and what is written together becomes as few records
    // as possible; or a step of the handshake is out on another dispatcher. Null if there are none.
    private List<PendingWrite>? _gathered;
    private long _unreported;
    private int _reportsAwaited;

    /// <summary>The cost of all these writes.</summary>
    internal long Cost { get; private set; }

    /// <summary>True if the engine has writes whose ciphertext has not been handed down yet.</summary>
    internal readonly bool HasGiven => _given is not null;

    /// <summary>True if cost has been handed down whose end nobody will report.</summary>
    internal readonly bool HasUnreported => _unreported > 0;

    /// <summary>True if a report will come.</summary>
    internal readonly bool AwaitsReport => _reportsAwaited > 0;

    /// <summary>A write is accepted at this cost.</summary>
    internal void Accept(long cost) => Cost += cost;

    /// <summary>Keeps an accepted write until <see cref="GiveGathered"/>.</summary>
    internal void Gather(in PendingWrite write) => (_gathered ??= []).Add(write);

    /// <summary>The engine gets the write now.</summary>
    internal void Give(in PendingWrite write) => (_given ??= []).Add(write);

    /// <summary>The engine gets the gathered writes now. Returns them; null if there are none.</summary>
    internal List<PendingWrite>? GiveGathered()
    {
        List<PendingWrite>? gathered = _gathered;
        _gathered = null;
        if (gathered is null || _given is null)
        {
            _given ??= gathered;
        }
        else
        {
            _given.AddRange(gathered);
        }

        return gathered;
    }

    /// <summary>Returns the ciphertext of the writes that the engine has got, to be handed down.</summary>
    internal TlsCiphertext Carry(LayerActor layer, IActorRef lower, in ReadOnlySequence<byte> data)
    {
        List<PendingWrite> writes = _given ?? [];
        _given = null;
        bool asked = layer.Core.Refuses;
        bool delivered = false;
        foreach (PendingWrite write in writes)
        {
            // The engine does not use the bytes of this write any more.
            write.Release();
            asked |= (write.Write.Ack ?? write.Write.DeliveredAck) is not null;
            delivered |= write.Write.DeliveredAck is not null;
            _unreported += WriteCost.Of(write.Write, layer.Core.Limit);
        }

        bool report = asked || _unreported >= ReportEvery;
        TlsCiphertext carried = new(layer, lower, data, writes, report ? _unreported : null, delivered);
        if (report)
        {
            _unreported = 0;
            _reportsAwaited++;
        }

        return carried;
    }

    /// <summary>The kernel has this ciphertext.</summary>
    internal void Taken(TlsCiphertext ciphertext)
    {
        _reportsAwaited--;
        Cost -= ciphertext.Cost;
    }

    /// <summary>Removes and returns the writes that were not handed down.</summary>
    internal IReadOnlyList<PendingWrite> Abandon()
    {
        List<PendingWrite> abandoned = [.. _given ?? [], .. _gathered ?? []];
        _given = null;
        _gathered = null;
        return abandoned;
    }
}
