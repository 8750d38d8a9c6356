using System;
using System.Buffers;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Buffers;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

// How a protocol handles its messages: which bytes it is offered and when, and both sides of a change of owner. ProtocolActor.cs
// has the members that a protocol overrides and calls.
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
                // The message is about another connection, or about one whose new owner is a child of this actor. The child may
                // still have messages to read, so this actor does not stop yet.
                break;
            case HandedOver handedOver:
                _handedBy = sender;
                CompleteIncoming(handedOver, sender);
                break;
            case Connected connected:
                Begin(connected, sender);
                break;
            case Closed closed when _handedOn:
                // The connection ended before the successor's claim. The successor receives Closed too; for this actor the
                // connection is over.
                OnHandedOnEnded(closed);
                break;
            case ConnectionOver over when _handedOn:
                OnHandedOnEnded(over.Closed);
                break;
            case Closed closed when sender.Is(Transport) || _connection is null:
                HasEnded(closed);
                break;
            case Closed:
                // It comes from a transport below: the layer above that transport reports the end of the connection itself.
                break;
            case Terminated terminated when terminated.ActorRef.Is(_layer):
                // A layer reports the end of the connection itself, unless the layer could not even be created.
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
                // The Connected message before this one has already reported TLS.
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
                // This side has sent nothing yet that the peer had to wait for, so bytes sent ahead are allowed.
                StartLayer(layer with { Unread = UnreadPolicy.Forward });
            }

            // The predecessor's bytes come with the hand-over. If OnConnected put in a layer before they arrive, they would bypass
            // that layer.
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

    // The layers that were put in have come up. The stream above them may be secured by another TLS than before, or by none.
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
            // The kept writes follow the first writes of OnConnected.
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

    // Does nothing if another actor may still use a part of the memory: the previous owner, the next owner, or the actor that
    // receives a refused write.
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

            // _unread is null if the bytes have gone to a new owner during the calls.
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

    /// <summary>
    /// Calls <see cref="OnReceived"/> until nothing is left or no more bytes are used, and returns the rest that is to be kept.
    /// </summary>
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
                    // The credit for later bytes goes to another transport.
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
            // The owner has changed during the calls: the rest does not belong to this actor.
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
            // The bytes not yet credited and the kept rest together have stopped the reading.
            ReturnCredit(transport);
        }

        return data;
    }

    // Nobody will read the kept bytes, but they are credited all the same. A layer that still has a file to send before the end
    // continues to receive. Without the credit, a peer that sends before it reads would never read that file.
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

    // Returns credit in batches, because one command per message would cost more than it frees.
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
