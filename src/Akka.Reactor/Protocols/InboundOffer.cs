using System;
using System.Buffers;
using System.Runtime.InteropServices;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The inbound side of a connection as its protocol sees it: the received bytes that the protocol has not consumed yet, whether it
/// wants to be offered any, and the credit that the transport has not got back yet. Pure. Mutable: keep it in a field.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct InboundOffer
{
    /// <summary>The credit that is returned together, in bytes, unless half of <c>max-unread</c> is less.</summary>
    internal const int Batch = 2048;

    private readonly int _maxUnread;
    private InboundBuffer? _kept;
    private long _uncredited;
    private bool _readsAhead;

    /// <param name="maxUnread">The bytes that may wait for the protocol, see <see cref="ConnectionOptions.MaxUnread"/>.</param>
    internal InboundOffer(int maxUnread) => _maxUnread = maxUnread;

    /// <summary>True while the protocol has suspended reading: it is offered nothing.</summary>
    internal bool IsSuspended { get; private set; }

    /// <summary>True while the protocol handles an offer.</summary>
    internal bool IsOffering { get; set; }

    /// <summary>True while the transport is suspended, too, and not only the offers.</summary>
    internal readonly bool IsTransportSuspended => IsSuspended && !_readsAhead;

    /// <summary>True when bytes are kept.</summary>
    internal readonly bool HasKept => _kept is { Length: > 0 };

    /// <summary>The bytes that were offered or received and not consumed, oldest first.</summary>
    internal readonly ReadOnlySequence<byte> Kept => _kept?.Sequence ?? default;

    /// <summary>Suspends the offers. True when the transport has to be suspended as well.</summary>
    /// <param name="readAhead">Whether the transport continues to receive.</param>
    internal bool Suspend(bool readAhead)
    {
        bool suspendsTransport = !readAhead && !IsTransportSuspended;
        _readsAhead = readAhead && (!IsSuspended || _readsAhead);
        IsSuspended = true;
        return suspendsTransport;
    }

    /// <summary>Ends the suspension. True when the transport has to continue, too.</summary>
    internal bool Resume()
    {
        bool resumesTransport = IsTransportSuspended;
        IsSuspended = false;
        _readsAhead = false;
        return resumesTransport;
    }

    /// <summary>Keeps bytes behind those that are kept already.</summary>
    internal void Keep(in ReadOnlySequence<byte> bytes)
    {
        if (!bytes.IsEmpty)
        {
            (_kept ??= new InboundBuffer()).Append(bytes);
        }
    }

    /// <summary>Drops the oldest of the kept bytes, up to the last <paramref name="left"/> bytes.</summary>
    internal readonly void KeepOnly(long left) => _kept?.Consume(_kept.Length - left);

    /// <summary>Gives all kept bytes away.</summary>
    internal ReadOnlySequence<byte> TakeKept()
    {
        ReadOnlySequence<byte> kept = Kept;
        _kept = null;
        return kept;
    }

    /// <summary>
    /// The protocol is done with bytes. Returns the credit that the transport has to get now, or 0. Credit is returned in batches: a
    /// command for each message would cost more than it frees. The batches are small, because the transport counts what it gets no
    /// credit for as memory that the connection holds.
    /// </summary>
    internal long Consume(long bytes)
    {
        _uncredited += bytes;
        return _uncredited >= Math.Min(Batch, _maxUnread / 2) ? TakeCredit() : 0;
    }

    /// <summary>Returns all credit that the transport has not got yet.</summary>
    internal long TakeCredit()
    {
        (long credit, _uncredited) = (_uncredited, 0);
        return credit;
    }

    /// <summary>True when the protocol cannot use so many bytes and may not have more.</summary>
    internal readonly bool IsTooMuch(long unused) => unused >= _maxUnread;

    /// <summary>True when the transport has stopped reading because of the bytes kept and the credit not returned together.</summary>
    internal readonly bool HoldsCreditBack(long kept) => _uncredited + kept >= _maxUnread;
}
