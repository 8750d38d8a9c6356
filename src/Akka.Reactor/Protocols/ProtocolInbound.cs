using System.Buffers;
using Akka.Actor;
using Akka.Reactor.Buffers;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The inbound side of a session: offers the protocol what was received, as long as the protocol uses some and there is room for its
/// answers, and returns credit and memory. A part of its session; the thread is the protocol's.
/// </summary>
internal sealed class ProtocolInbound(ProtocolSession session)
{
    // After this number of offers in one run of the actor, others have their turn: one receive can hold thousands of requests.
    private const int MostOffers = 64;

    private InboundOffer _offer; // Mutable struct: not readonly.

    // The transport whose bytes an asynchronous handler was offered.
    private IActorRef? _handledFrom;

    // Nothing is offered any more, and what arrives counts as consumed.
    private bool _drops;

    /// <inheritdoc cref="InboundOffer.IsSuspended"/>
    internal bool IsSuspended => _offer.IsSuspended;

    /// <summary>True while the protocol is offered nothing, whatever room there is for its answers.</summary>
    internal bool IsBlocked => _offer.IsSuspended || session.IsHandling;

    /// <summary>True while the protocol handles an offer, after which what it has written can be answered.</summary>
    internal bool AnswersOffers => _offer.IsOffering && !session.IsHandling;

    /// <inheritdoc cref="InboundOffer.IsTransportSuspended"/>
    internal bool IsTransportSuspended => _offer.IsTransportSuspended;

    /// <inheritdoc cref="InboundOffer.HasKept"/>
    internal bool HasKept => _offer.HasKept;

    /// <summary>The bytes that are offered came from another owner of the connection, who may still use them.</summary>
    internal bool IsShared { get; set; }

    /// <summary>
    /// How a protocol of frames cuts what it is offered; null until it has changed that. After a change from outside an offer, what is kept
    /// is offered again, in a message of its own: the protocol is in the middle of something.
    /// </summary>
    internal Framing? Framing
    {
        get;
        set
        {
            field = value;
            if (MayOffer && _offer.HasKept)
            {
                session.Self.Tell(new ProtocolOutbound.OffersDue(session), session.Self);
            }
        }
    }

    /// <summary>A connection begins.</summary>
    internal void Begin(Connected connected) => _offer = new InboundOffer(connected.Options.MaxUnread);

    internal void Suspend(bool readAhead)
    {
        if (_offer.Suspend(readAhead))
        {
            session.Transport.Tell(SuspendReading.Instance, session.Self);
        }
    }

    /// <summary>Ends a suspension, and offers nothing yet.</summary>
    internal void Resume()
    {
        if (_offer.Resume())
        {
            session.Transport.Tell(ResumeReading.Instance, session.Self);
        }
    }

    /// <summary>Offers bytes that were received, or keeps them.</summary>
    internal void Offer(in ReadOnlySequence<byte> data)
    {
        if (_drops)
        {
            Credit(_offer.Consume(data.Length), session.Transport);
        }
        else if (_offer.HasKept)
        {
            _offer.Keep(data);
            OfferKept();
        }
        else if (!MayOffer)
        {
            _offer.Keep(data);
        }
        else
        {
            IActorRef transport = session.Transport;
            ReadOnlySequence<byte> rest = OfferWhileUsed(data);
            _offer.Keep(rest);
            if (rest.IsEmpty && !session.Protocol.KeepsReceived)
            {
                Release(data, transport);
            }
        }
    }

    // Another owner that had a part of the bytes, was handed one, or was refused it, may still have it.
    private void Release(in ReadOnlySequence<byte> received, IActorRef transport)
    {
        if (
            IsShared
            || session.IsHandedOn
            || session.Ends.IsClosing
            || session.Outbound.IsRefusing
            || !transport.Is(session.Transport)
        )
        {
            return;
        }

        if (transport is TransportRef bare)
        {
            bare.Release(received, written: true);
        }
        else if (session.Connection is { Base: not null } && ReceiveMemory.IsLong(received))
        {
            transport.Tell(new ReleaseReceived(received), session.Self);
        }
    }

    /// <summary>Offers what is kept, if the protocol may be offered anything. False when it may not.</summary>
    internal bool OfferKept()
    {
        if (MayOffer && _offer.HasKept)
        {
            ReadOnlySequence<byte> rest = OfferWhileUsed(_offer.Kept);

            // Nothing is kept if the connection went to a new owner meanwhile.
            _offer.KeepOnly(rest.Length);
        }

        return MayOffer;
    }

    // Offers until nothing is left or nothing more is used, and returns what is left to keep.
    private ReadOnlySequence<byte> OfferWhileUsed(ReadOnlySequence<byte> data)
    {
        IActorRef transport = session.Transport;
        long used = 0;
        int offers = 0;
        _offer.IsOffering = true;
        try
        {
            while (!data.IsEmpty && !_offer.IsSuspended && !session.Ends.IsClosing && !session.Outbound.IsPressed)
            {
                used = session.Protocol.OnReceived(data);
                if (session.IsHandling)
                {
                    // Everything is kept until the task ends.
                    _handledFrom = transport;
                    return data;
                }

                data = Use(data, used, transport);
                session.Outbound.AnswerAfterEnd();
                if (used == 0 || HasMoved(transport))
                {
                    break;
                }

                if (++offers == MostOffers && !data.IsEmpty && session.Outbound.TryPause())
                {
                    break;
                }
            }
        }
        finally
        {
            _offer.IsOffering = session.IsHandling;
        }

        return Settle(data, transport, isStuck: used == 0);
    }

    /// <summary>
    /// The task of an asynchronous handler has ended, and has used so many of the offered bytes. Returns true if there is something to offer
    /// that it has not seen.
    /// </summary>
    internal bool Complete(long used, long offered)
    {
        IActorRef transport = _handledFrom!;
        _handledFrom = null;
        _offer.IsOffering = false;
        bool again = used > 0 || _offer.Kept.Length > offered;
        ReadOnlySequence<byte> rest = Settle(Use(_offer.Kept, used, transport), transport, isStuck: !again);

        // Nothing is kept if the connection went to a new owner meanwhile.
        _offer.KeepOnly(rest.Length);
        return again;
    }

    private ReadOnlySequence<byte> Use(in ReadOnlySequence<byte> data, long used, IActorRef transport)
    {
        Credit(_offer.Consume(used), transport);
        if (HasMoved(transport))
        {
            // Later credit goes to another transport.
            Credit(_offer.TakeCredit(), transport);
        }

        return used == data.Length ? default : data.Slice(used);
    }

    // The connection has a new owner, or another transport was put under the protocol.
    private bool HasMoved(IActorRef transport) => session.IsHandedOn || !transport.Is(session.Transport);

    // Decides what becomes of the bytes that an offer has left, and returns those to keep.
    private ReadOnlySequence<byte> Settle(in ReadOnlySequence<byte> data, IActorRef transport, bool isStuck)
    {
        if (session.Ends.IsClosing)
        {
            Credit(_offer.Consume(data.Length), transport);
            return default;
        }

        if (HasMoved(transport))
        {
            // The owner changed meanwhile: the rest is the new owner's.
            session.Swaps.GiveUnused(transport, data);
            _offer.TakeKept();
            return default;
        }

        if (_drops)
        {
            Credit(_offer.Consume(data.Length), transport);
            return default;
        }

        if (isStuck && !_offer.IsSuspended && !session.Outbound.IsPressed && _offer.IsTooMuch(data.Length))
        {
            session.Ends.Abort(new UnreadLimitException(data.Length, session.Connection!.Options.MaxUnread));
        }
        else if (isStuck && _offer.HoldsCreditBack(data.Length))
        {
            Credit(_offer.TakeCredit(), transport);
        }

        return data;
    }

    // Bytes that nobody takes are consumed all the same: a layer that still has a file to send before our end continues to receive, and
    // a peer that sends before it reads would never get there.
    internal void Discard()
    {
        if (_offer is { HasKept: true, IsOffering: false })
        {
            Credit(_offer.Consume(_offer.TakeKept().Length), session.Transport);
        }

        Resume();
    }

    /// <summary>The protocol is offered nothing any more: its end only waits for what the kernel still has.</summary>
    internal void StopOffers() => _drops = true;

    /// <summary>Gives the kept bytes to another owner, and the transport the credit that it has not got yet.</summary>
    internal ReadOnlySequence<byte> GiveAway(IActorRef transport)
    {
        // While the protocol handles an offer it is the offer that gives the rest away.
        ReadOnlySequence<byte> kept = _offer.IsOffering ? default : _offer.TakeKept();
        Credit(_offer.TakeCredit(), transport);
        return kept;
    }

    /// <summary>Drops the kept bytes, which count as consumed. Returns how many bytes there were.</summary>
    internal long Drop(IActorRef transport)
    {
        long dropped = _offer.TakeKept().Length;
        Credit(_offer.Consume(dropped), transport);
        Credit(_offer.TakeCredit(), transport);
        return dropped;
    }

    /// <summary>True when the protocol may be offered bytes.</summary>
    internal bool MayOffer => !_offer.IsSuspended && !_offer.IsOffering && !session.Outbound.IsPressed;

    private void Credit(long bytes, IActorRef transport)
    {
        if (bytes > 0 && !(transport is TransportRef bare && bare.TryConsume(bytes)))
        {
            transport.Tell(new Consumed(bytes), session.Self);
        }
    }
}
