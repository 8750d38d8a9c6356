using System;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Protocols;

/// <summary>
/// All that a protocol has for as long as one connection lives: the transport, the received bytes that are not consumed, the order of
/// the ends, and both sides of a hand-over. It is thrown away with the connection. Runs in the protocol's own message processing.
/// </summary>
internal sealed class ProtocolSession
{
    // The transport that has sent the first Connected: under the layers that were put on it since.
    private IActorRef? _base;

    // Who has handed the connection over, and receives its end.
    private IActorRef? _handedBy;
    private bool _draining;
    private bool _startsTls;

    // The protocol has been told of the end, or of a connection that has never been established.
    private bool _hasEnded;

    // Made when it is first used: few protocols have asynchronous handlers.
    private AsyncHandler? _handler;

    internal ProtocolSession(IProtocolHooks protocol, IActorContext context, OfflineTransport? offline)
    {
        Protocol = protocol;
        Context = context;
        Self = context.Self;
        Offline = offline;
        Transport = (IActorRef?)offline ?? ActorRefs.Nobody;
        Swaps = new ProtocolSwaps(this);
        Ends = new ProtocolEnds(this);
        Inbound = new ProtocolInbound(this);
        Outbound = new ProtocolOutbound(this);
    }

    internal IProtocolHooks Protocol { get; }

    internal IActorContext Context { get; }

    internal IActorRef Self { get; }

    /// <summary>The transport of a client's protocol while there is no connection. Null: the protocol ends with its connection.</summary>
    internal OfflineTransport? Offline { get; }

    /// <summary>The top of the connection's stack.</summary>
    internal IActorRef Transport { get; private set; }

    /// <summary>Null before the connection.</summary>
    internal Connected? Connection { get; private set; }

    internal ProtocolInbound Inbound { get; }

    internal ProtocolOutbound Outbound { get; }

    internal ProtocolSwaps Swaps { get; }

    internal ProtocolEnds Ends { get; }

    /// <summary>The handler's context, for a protocol with asynchronous handlers.</summary>
    internal AsyncHandler Handler => _handler ??= new AsyncHandler(this);

    /// <inheritdoc cref="AsyncHandler.IsPending"/>
    internal bool IsHandling => _handler is { IsPending: true };

    /// <summary>True in the protocol of a client, which does not end with its connection.</summary>
    internal bool IsClients => Offline is not null;

    /// <summary>True when the protocol has been told of the connection.</summary>
    internal bool IsEstablished { get; private set; }

    /// <inheritdoc cref="ProtocolSwaps.IsHandedOn"/>
    internal bool IsHandedOn => Swaps.IsHandedOn;

    /// <summary>Why <c>StartTls</c> is not possible; null: it is.</summary>
    internal string? WhyNotStartTls(Connected connection) =>
        connection.Tls is not null ? "StartTls was called although TLS is already on; StartLayer puts TLS inside TLS."
        : _startsTls ? "StartTls was already called, and its handshake is not complete."
        : !IsEstablished ? "StartTls was called before OnConnected: the connection has no layers yet."
        : !connection.KnownLayers.ContainsKey("tls")
            ? "StartTls needs a tls layer: configure tls.certificate for the listener, or tls for the client."
        : null;

    /// <summary>Why <c>StopTls</c> is not possible; null: it is.</summary>
    internal string? WhyNotStopTls(Connected connection) =>
        IsHandedOn ? "StopTls was called after the connection was handed to another protocol."
        : Swaps.IsStoppingTls ? "StopTls was already called, and the peer has not answered yet."
        : connection.Tls is null ? "StopTls was called although TLS is not on."
        : null;

    /// <summary>This transport is one that a layer of this session stands on now.</summary>
    internal bool IsOnTopOf(IActorRef transport) => !IsHandedOn && _base is not null && _base.Is(transport);

    internal void Write(IWriteCommand write)
    {
        RequireTransport();
        _handler?.RequireSession();
        Outbound.Send(write, Ends.IsFinished);
    }

    internal void ResumeReading()
    {
        if (Inbound.IsSuspended)
        {
            Inbound.Resume();
            ContinueOffers();
        }
    }

    /// <summary>There is room again for the answers to what is kept: offers it, and then the end that waits behind it.</summary>
    internal void ContinueOffers()
    {
        if (Inbound.OfferKept())
        {
            Ends.Continue();
        }
    }

    internal void StartTls(Connected connection)
    {
        Swaps.StartLayer(connection, connection.KnownLayers["tls"]);
        _startsTls = true;
    }

    /// <summary>Takes a new top of the connection's stack, which is told what kind of owner it has.</summary>
    internal void StandOn(IActorRef transport, Connected connection)
    {
        Transport = transport;
        Connection = connection;
        if (connection.Base is null)
        {
            // The transport is an actor of somebody's own, such as a test's.
            return;
        }

        OwnerTraits traits = OwnerTraits.Paces | (Protocol.ReadsToEnd ? OwnerTraits.ReadsToEnd : OwnerTraits.None);
        transport.Tell(new DescribeOwner(Self, traits), Self);
    }

    /// <summary>Handles a message, or calls <see cref="IProtocolHooks.OnOther"/>.</summary>
    internal void Dispatch(object message, IActorRef sender)
    {
        if (
            Swaps.IsTakingOver
            && message is ITransportEvent transportEvent
            && message is not HandedOver
            && sender.Is(Transport)
        )
        {
            Swaps.Hold(transportEvent);
            return;
        }

        Handle(message, sender);
    }

    /// <summary>Creates a timer whose message reaches the protocol only while this session lasts.</summary>
    internal ConnectionTimer CreateTimer(Connected connection, object message) =>
        new(connection.Loop, Self, new TimerExpired(this, message));

    /// <summary>Tells the protocol how its connection has ended: once, and only if the connection was established.</summary>
    internal void TellEnd(Closed closed)
    {
        if (_hasEnded)
        {
            return;
        }

        _hasEnded = true;
        _handler?.End(closed);
        Outbound.EndWriters(new TransportClosedException(closed.Reason, closed.Cause));
        if (IsEstablished)
        {
            Protocol.OnClosed(closed);
        }
        else if (!IsClients)
        {
            Protocol.OnNotConnected(closed);
        }
    }

    /// <summary>
    /// The protocol stops or restarts, with or without its connection. If it does not know of the end yet, this is the end for it.
    /// </summary>
    internal void Stop()
    {
        if (!IsEstablished || _hasEnded)
        {
            return;
        }

        try
        {
            TellEnd(Ends.OfStopped());
        }
        catch (Exception fault)
        {
            Protocol.Log.Error(fault, "{0}: OnClosed failed: {1}", Connection?.Remote, fault.Message);
        }
    }

    /// <summary>The actor has stopped.</summary>
    internal void HasStopped() => _handler?.Stop();

    /// <inheritdoc cref="AsyncHandler.FailFlushes"/>
    internal void FailFlushes(TransportClosedException reason) => _handler?.FailFlushes(reason);

    /// <summary>The protocol restarts, and has lost its place in the stream.</summary>
    internal void AbortForRestart()
    {
        Stop();
        Transport.Tell(Akka.Reactor.Abort.Instance, Self);
        foreach (WriteFailed failure in Outbound.TakeRefused())
        {
            // Nobody else knows of these. Like all other answers they go to the next instance.
            Self.Tell(failure, Self);
        }

        Offline?.GoOffline();
    }

    /// <summary>A client's protocol: an attempt to connect begins. What it was told of an earlier one is out of date.</summary>
    internal void ExpectConnection()
    {
        _draining = false;
        Swaps.ForgetTakingOver();
        _handedBy = null;
    }

    /// <summary>The connection is over for this protocol, which tells the actor that handed it over.</summary>
    internal void LetGo(Closed closed)
    {
        Swaps.StopActors();
        Offline?.GoOffline();
        Protocol.OnSessionOver();
        _handedBy?.Tell(new ConnectionOver(Ends.ForPredecessor(closed)), Self);
    }

    /// <summary>Handles a message that has waited for nothing, or long enough.</summary>
    internal void Handle(object message, IActorRef sender)
    {
        if (_handler is { IsPending: true } handler && handler.TryHold(message, sender))
        {
            return;
        }

        switch (message)
        {
            case Received received when sender.Is(Transport) && !IsHandedOn:
                Inbound.Offer(received.Data);
                break;
            case Received received:
                Swaps.GiveLate(sender, received.Data);
                break;
            case PeerFinished when sender.Is(Transport) && Swaps.IsStoppingTls:
                // The peer's close_notify was on its way when the protocol called StopTls.
                break;
            case PeerFinished when sender.Is(Transport) && !IsHandedOn:
                Ends.PeerHasFinished();
                break;
            case PeerFinished:
                Swaps.GivePeerFinished(sender);
                break;
            case OwnerChanged changed:
                Swaps.OwnerHasChanged(sender, changed.NewOwner);
                break;
            case ClaimedConnectionOver when Swaps.IsClaimedAway && sender.Is(Transport):
                Protocol.OnHandedOnEnded(closed: null);
                break;
            case ClaimedConnectionOver:
                // Of another connection, or of one whose new owner is a child of this actor, and may have its last messages to read.
                break;
            case HandedOver handedOver:
                _handedBy = sender;
                TakeOver(handedOver);
                break;
            case Connected connected:
                Begin(connected, sender);
                break;
            case Closed when IsHandedOn && Swaps.IsHandingOver:
                // The connection ended before the next owner's claim, which is still answered: the next owner receives the end, too.
                break;
            case Closed closed when IsHandedOn:
                Protocol.OnHandedOnEnded(closed);
                break;
            case TimerExpired expired:
                if (ReferenceEquals(expired.Session, this))
                {
                    Protocol.OnOther(expired.Message);
                }

                break;
            case ConnectionOver over when IsHandedOn:
                // The protocol that had the connection has logged the end, if anybody has to.
                TellEnd(over.Closed with { Logged = true });
                Protocol.OnHandedOnEnded(over.Closed);
                break;
            case Closed closed when sender.Is(Transport) || Connection is null:
                Ends.HasEnded(closed);
                break;
            case Closed:
                // From a transport below: the layer above it reports the end in its own words.
                break;
            case Terminated terminated when Swaps.IsLayer(terminated.ActorRef):
                // A layer reports its end itself, unless it could not even be created.
                _base?.Tell(Akka.Reactor.Abort.Instance, Self);
                if (IsHandedOn)
                {
                    Protocol.OnHandedOnEnded(closed: null);
                }
                else
                {
                    Ends.End(new Closed(CloseReason.Aborted));
                }

                break;
            case Terminated terminated when IsHandedOn && !sender.Is(Transport):
                Protocol.Log.Debug("{0} has stopped, and its connection has ended", terminated.ActorRef);
                Protocol.OnHandedOnEnded(closed: null);
                break;
            case TlsStopped stopped when sender.Is(Transport) && !IsHandedOn:
                Connection = Connection! with { Tls = stopped.Below };
                Swaps.IsStoppingTls = false;
                Protocol.OnTlsStopped();
                break;
            case Secured or TlsStopped:
                // The Connected before it has said so.
                break;
            case Writable writable:
                Outbound.BecomeWritable(writable);
                break;
            case WritingResumed resumed:
                Outbound.ResumeWriting(resumed);
                break;
            case ProtocolOutbound.RefusalsHeard heard:
                Outbound.OnRefusalsHeard(heard);
                break;
            case WriteQueueEmpty:
                Protocol.OnWriteQueueEmpty();
                break;
            case DeliveryUnknown unknown:
                Protocol.OnDeliveryUnknown(unknown);
                break;
            case OutboundPace.Mark mark:
                Outbound.TakeMark(mark);
                break;
            case ProtocolOutbound.OffersDue due:
                if (ReferenceEquals(due.Session, this))
                {
                    Outbound.EndPause();
                }

                break;
            case NothingIsSent:
                if (!IsHandedOn)
                {
                    // No answer of the kernel comes any more, so nothing may wait for one.
                    Outbound.StopPacing();
                    Outbound.CutOff(new TransportClosedException(CloseReason.Reset));
                    ContinueOffers();
                }

                break;
            case IWriterMessage ofWriter:
                Outbound.HandleWriter(ofWriter);
                break;
            case AsyncHandler.Flush flush:
                _handler?.Answer(flush, failure: null);
                break;
            case AsyncHandler.Continuation next:
                next.Handler.RunNext();
                break;
            case WriteFailed { Write: Write { Ack: OutboundPace.Mark } } failure:
                Outbound.LoseMark(failure);
                break;
            case WriteFailed failure:
                Outbound.TellFailure(failure);
                break;
            case WritesFailed failed:
                Outbound.TellFailures(failed, sender);
                break;
            case Draining when IsEstablished && !IsHandedOn:
                Protocol.OnDraining();
                break;
            case Draining:
                DrainLater();
                break;
            default:
                Protocol.OnOther(message);
                break;
        }
    }

    private void Begin(Connected connected, IActorRef sender)
    {
        if (Connection is null)
        {
            _base = connected.Transport;
            StandOn(connected.Transport, connected);
            Inbound.Begin(connected);
            Outbound.Begin(connected);
            if (Offline is not null)
            {
                // The protocol may have closed or aborted while there was no connection.
                Ends.Forget();
                Outbound.ForgetEnd();
            }

            if (connected.Handover)
            {
                Swaps.BeginTakingOver();
            }

            foreach (Layer layer in connected.Layers)
            {
                // The peer had nothing to wait for yet.
                Swaps.StartLayer(Connection!, layer with { Unread = UnreadPolicy.Forward });
            }

            // The predecessor's bytes come with the hand-over. A layer that OnConnected put in before they are here would let them pass
            // above itself.
            if (connected.Layers.Count > 0 || Swaps.IsTakingOver)
            {
                return;
            }
        }
        else if (!sender.Is(Transport))
        {
            return;
        }
        else if (TakeTls(connected) || IsEstablished)
        {
            return;
        }

        Establish();
    }

    // The layers that were put in are up: the connection they lead to may be secured by another TLS than before, or by none, and its
    // peer may have turned out to stand for another.
    private bool TakeTls(Connected connected)
    {
        TlsInfo? before = Connection!.Tls;
        Connection = Connection with
        {
            Remote = connected.Remote,
            Local = connected.Local,
            Proxied = connected.Proxied,
            Tls = connected.Tls,
        };
        _startsTls = false;
        if (!IsEstablished || IsHandedOn || connected.Tls is not { } info || ReferenceEquals(info, before))
        {
            return false;
        }

        Protocol.OnSecured(info);
        return true;
    }

    private void Establish()
    {
        IsEstablished = true;
        Protocol.OnConnected();
        if (!IsHandedOn)
        {
            // Behind what the protocol writes first.
            Offline?.GoOnline(Transport);
        }

        if (_draining)
        {
            Protocol.OnDraining();
        }
    }

    // The connection is not there yet, or is a successor's: it is the successor's business then.
    private void DrainLater()
    {
        _draining = true;
        foreach (IActorRef child in Context.GetChildren())
        {
            child.Tell(Draining.Instance, Self);
        }
    }

    private void TakeOver(HandedOver handedOver)
    {
        if (Swaps.TakeOver(handedOver) is not { } replay || _base is null)
        {
            // Refused; or the transport is not ready yet (a handshake), so it has sent nothing.
            return;
        }

        // All this comes from the transport that was handed over, whatever is put on it meanwhile: then it goes there.
        IActorRef from = _base;
        if (!IsEstablished && from.Is(Transport))
        {
            Establish();
        }

        if (!handedOver.Unread.IsEmpty)
        {
            Inbound.IsShared = true;
            Handle(new Received(handedOver.Unread), from);
            Inbound.IsShared = false;
        }

        if (handedOver.PeerFinished)
        {
            Handle(PeerFinished.Instance, from);
        }

        while (replay.TryDequeue(out object? held))
        {
            Handle(held, from);
        }
    }

    /// <exception cref="InvalidOperationException">There was no connection yet.</exception>
    internal void RequireTransport()
    {
        if (Transport.IsNobody())
        {
            throw new InvalidOperationException(
                $"{Protocol.GetType().Name} has no connection yet; a protocol may write and close from OnConnected on, not in its constructor or PreStart."
            );
        }
    }

    /// <summary>A timer of a session has expired.</summary>
    private sealed record TimerExpired(ProtocolSession Session, object Message)
        : INoSerializationVerificationNeeded,
            IDeadLetterSuppression;

    /// <summary>To the actor that handed a connection on: the connection has ended.</summary>
    private sealed record ConnectionOver(Closed Closed) : INoSerializationVerificationNeeded;
}
