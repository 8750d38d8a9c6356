using System;
using System.Buffers;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Buffers;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

// What happens to a protocol's messages: what it is offered and when, and both sides of a change of owner. What a protocol
// sees and calls is in ProtocolActor.cs.
public abstract partial class ProtocolActor
{
    /// <inheritdoc/>
    protected sealed override void OnReceive(object message)
    {
        try
        {
            Dispatch(message);
        }
        catch (Exception fault) when (NoteCrash(fault))
        {
            throw;
        }
    }

    private void Dispatch(object message)
    {
        if (
            _incoming.Holds
            && message is ITransportEvent transportEvent
            && message is not HandedOver
            && Sender.Is(Transport)
        )
        {
            _incoming.Hold(transportEvent);
            return;
        }

        Handle(message, Sender);
    }

    private void Handle(object message, IActorRef sender)
    {
        switch (message)
        {
            case Received received when sender.Is(Transport) && !_handedOn:
                Offer(received.Data);
                break;
            case Received received:
                _outgoing.Find(sender)?.CollectLate(received.Data);
                break;
            case PeerFinished when sender.Is(Transport) && !_handedOn:
                PeerHasFinished();
                break;
            case PeerFinished:
                _outgoing.Find(sender)?.PeerFinished();
                break;
            case OwnerChanged changed:
                if (!_outgoing.TryComplete(sender, Self) && sender.Is(Transport) && !_handedOn)
                {
                    LoseConnectionTo(changed.NewOwner);
                }

                break;
            case ClaimedConnectionOver when _claimedAway && sender.Is(Transport):
                OnHandedOnEnded(closed: null);
                break;
            case ClaimedConnectionOver:
                // Of another connection, or of one whose new owner is a child of this actor, and may have its last messages to read.
                break;
            case HandedOver handedOver:
                _handedBy = sender;
                CompleteIncoming(handedOver, sender);
                break;
            case Connected connected:
                Begin(connected, sender);
                break;
            case Closed closed when _handedOn:
                // It ended before our successor's claim, and is told to the successor too: its end is ours.
                OnHandedOnEnded(closed);
                break;
            case ConnectionOver over when _handedOn:
                OnHandedOnEnded(over.Closed);
                break;
            case Closed closed when sender.Is(Transport) || _connection is null:
                HasEnded(closed);
                break;
            case Closed:
                // A transport below: the layer above it tells the end of the connection in its own words.
                break;
            case Terminated terminated when terminated.ActorRef.Is(_layer):
                // It tells the end itself, unless it could not even be made.
                if (!_handedOn)
                {
                    End(new Closed(CloseReason.Aborted));
                }

                break;
            case Terminated terminated when _handedOn && !sender.Is(Transport):
                Log.Debug("{0} has ended, and with it the connection", terminated.ActorRef);
                OnHandedOnEnded(closed: null);
                break;
            case Secured:
                // The Connected before it has said so.
                break;
            case Writable writable:
                BecomeWritable(writable);
                break;
            case WritingResumed resumed:
                ResumeWriting(resumed);
                break;
            case RefusalsHeard heard:
                OnRefusalsHeard(heard);
                break;
            case WriteQueueEmpty:
                OnWriteQueueEmpty();
                break;
            case DeliveryUnknown unknown:
                OnDeliveryUnknown(unknown);
                break;
            case OutboundPace.Mark mark:
                TakeMark(mark);
                break;
            case NothingIsSent when !_handedOn:
                _pace = default;
                OfferKept();
                OfferKeptEnd();
                break;
            case NothingIsSent:
                break;
            case WriteFailed { Write: var write } failure when IsMark(write):
                LoseMark(failure);
                break;
            case WriteFailed failure:
                OnWriteFailed(failure);
                break;
            case Draining when _established && !_handedOn:
                OnDraining();
                break;
            case Draining:
                DrainLater();
                break;
            default:
                if (_kept is null || !HandleAsClient(message))
                {
                    OnMessage(message);
                }

                break;
        }
    }

    private void Begin(Connected connected, IActorRef sender)
    {
        if (_connection is null)
        {
            _connection = connected;
            _maxUnread = connected.Options.MaxUnread;
            _pace = new OutboundPace(connected);
            _base = connected.Transport;
            connected.Base?.OwnerPaces = true;
            connected.Base?.OwnerReadsToEnd = ReadsToEnd;
            Transport = connected.Transport;
            if (_kept is not null)
            {
                ForgetWishes();
            }

            if (connected.Handover)
            {
                _incoming.Begin();
            }

            foreach (Layer layer in connected.Layers)
            {
                // Nothing was said yet that the peer had to wait for.
                StartLayer(layer with { Unread = UnreadPolicy.Forward });
            }

            // Its predecessor's bytes come with the hand-over. A layer that OnConnected put in before they are here would
            // let them pass above itself.
            if (connected.Layers.Count > 0 || _incoming.Holds)
            {
                return;
            }
        }
        else if (!sender.Is(Transport))
        {
            return;
        }
        else if (TakeTls(connected) || _established)
        {
            return;
        }

        Establish();
    }

    // The layers that were put in have come up: what they lead to may be secured by another TLS than before, or by none.
    private bool TakeTls(Connected connected)
    {
        TlsInfo? before = _connection!.Tls;
        _connection = _connection with { Tls = connected.Tls };
        _startsTls = false;
        if (!_established || _handedOn || connected.Tls is not { } info || ReferenceEquals(info, before))
        {
            return false;
        }

        OnSecured(info);
        return true;
    }

    private void Establish()
    {
        _established = true;
        OnConnected();
        if (!_handedOn)
        {
            // Behind what it says first.
            _kept?.Offline.GoOnline(Transport);
        }

        if (_draining)
        {
            OnDraining();
        }
    }

    private void Offer(in ReadOnlySequence<byte> data)
    {
        if (_unread is { Length: > 0 })
        {
            _unread.Append(data);
            OfferKept();
        }
        else if (_suspended || _offering || _pace.IsPressed)
        {
            Keep(data);
        }
        else
        {
            IActorRef transport = Transport;
            ReadOnlySequence<byte> rest = OfferWhileUsed(data);
            Keep(rest);
            if (rest.IsEmpty && !KeepsReceived)
            {
                Release(data, transport);
            }
        }
    }

    // Who had a part of it before us, was handed one, or was refused it, may have it still.
    private void Release(in ReadOnlySequence<byte> received, IActorRef transport)
    {
        if (_shares || _handedOn || _closing || _refusedHere is not null || !transport.Is(Transport))
        {
            return;
        }

        if (transport is TransportRef bare)
        {
            bare.Release(received, written: true);
        }
        else if (ReceiveMemory.IsLong(received))
        {
            transport.Tell(new ReleaseReceived(received), Self);
        }
    }

    private void OfferKept()
    {
        if (_unread is { Length: > 0 } unread && !_offering && !_suspended && !_pace.IsPressed)
        {
            ReadOnlySequence<byte> rest = OfferWhileUsed(unread.Sequence);

            // Null when the bytes went over to a new owner meanwhile.
            _unread?.Consume(_unread.Length - rest.Length);
        }
    }

    private void Keep(in ReadOnlySequence<byte> rest)
    {
        if (!rest.IsEmpty)
        {
            (_unread ??= new InboundBuffer()).Append(rest);
        }
    }

    /// <summary>Offers until nothing is left or nothing more is used, and returns what is left to keep.</summary>
    private ReadOnlySequence<byte> OfferWhileUsed(ReadOnlySequence<byte> data)
    {
        IActorRef transport = Transport;
        long used = 0;
        _offering = true;
        try
        {
            while (!data.IsEmpty && !_suspended && !_closing && !_pace.IsPressed)
            {
                used = OnReceived(data);
                if (used < 0 || used > data.Length)
                {
                    throw new InvalidOperationException(
                        $"{GetType().Name}.OnReceived returned {used} of {data.Length} bytes; it must be from 0 to all."
                    );
                }

                data = used == data.Length ? default : data.Slice(used);
                Credit(used, transport);
                if (_handedOn || !transport.Is(Transport))
                {
                    // Later credit goes to another transport.
                    ReturnCredit(transport);
                    break;
                }

                if (used == 0)
                {
                    break;
                }
            }
        }
        finally
        {
            _offering = false;
        }

        if (_closing)
        {
            Credit(data.Length, transport);
            return default;
        }

        if (_handedOn || !transport.Is(Transport))
        {
            // The owner changed meanwhile: the rest is not ours to keep.
            _outgoing.Find(transport)?.CollectHeld(data);
            _unread = null;
            return default;
        }

        if (used == 0 && !_suspended && !_pace.IsPressed && data.Length >= _maxUnread)
        {
            Abort(new UnreadLimitException(data.Length, _maxUnread));
        }
        else if (used == 0 && _uncredited + data.Length >= _maxUnread)
        {
            // With the rest that is kept, what is not credited yet has stopped the reading.
            ReturnCredit(transport);
        }

        return data;
    }

    // What has no taker is consumed all the same: a layer that still has a file to send before our end goes on receiving, and
    // a peer that sends before it reads would never get to it.
    private void DiscardUnread()
    {
        if (_unread is { Length: > 0 } unread && !_offering)
        {
            _unread = null;
            Credit(unread.Length, Transport);
        }

        if (_suspended)
        {
            _suspended = false;
            _readsAhead = false;
            Transport.Tell(Akka.Reactor.ResumeReading.Instance, Self);
        }
    }

    // Credit is returned in batches: a command per message would cost more than it frees.
    private void Credit(long bytes, IActorRef transport)
    {
        _uncredited += bytes;
        if (_uncredited >= _maxUnread / 2)
        {
            ReturnCredit(transport);
        }
    }

    private void ReturnCredit(IActorRef transport)
    {
        if (_uncredited > 0)
        {
            transport.Tell(new Consumed(_uncredited), Self);
            _uncredited = 0;
        }
    }
}
