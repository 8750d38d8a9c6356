using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

// How a protocol that belongs to a client outlives its connections, and how any protocol that got its connection from another actor
// reports the end of the connection to that actor.
public abstract partial class ProtocolActor
{
    // Set only in the protocol of a client. If null, the actor ends with its connection.
    private KeptProtocol? _kept;

    // The client is over: this actor only handles the answers to its earlier writes.
    private bool _clientIsOver;

    /// <summary>
    /// Aborts the connection of a protocol that restarts, because the protocol has lost its position in the stream.
    /// </summary>
    public sealed override void AroundPreRestart(Exception cause, object message)
    {
        Transport.Tell(Akka.Reactor.Abort.Instance, Self);
        foreach (WriteFailed failure in _refusedHere ?? [])
        {
            // Only this instance knows of these failures. Like all other answers, they go to the next instance.
            Self.Tell(failure, Self);
        }

        _kept?.Offline.GoOffline();
        base.AroundPreRestart(cause, message);
    }

    /// <summary>Makes this actor the protocol of a client. Called once for every instance, before its first message.</summary>
    internal void KeepFor(OfflineTransport offline)
    {
        _kept = new KeptProtocol(offline);
        Transport = offline;
    }

    /// <summary>Hands the connection to a protocol that already exists. This actor stays as an inert shell.</summary>
    private protected void HandTo(IActorRef successor, UnreadPolicy unread = UnreadPolicy.Forward)
    {
        Transport.Tell(AnnounceHandover.Instance, Self);
        HandOver(successor, unread);
        _handedOn = true;
        AnswerRefused();
    }

    /// <summary>True from <see cref="HandTo"/> until this actor has passed the bytes received earlier to the successor.</summary>
    private protected bool IsHandingOver => _outgoing.Any;

    /// <summary>
    /// Called when a connection that was handed on has ended. The argument is null if the successor has stopped without reporting
    /// how it ended, or if another actor had claimed the connection.
    /// </summary>
    private protected virtual void OnHandedOnEnded(Closed? closed)
    {
        if (_kept is not null)
        {
            LetGo(closed ?? new Closed(CloseReason.Aborted));
        }
        else if (closed is null)
        {
            Context.Stop(Self);
        }
    }

    private bool HandleAsClient(object message)
    {
        switch (message)
        {
            case Connecting connecting:
                // A message about an earlier connection, which was already lost, may have set these fields.
                _draining = false;
                _incoming = default;
                _handedBy = null;
                OnConnecting(connecting);
                return true;
            case Disconnected disconnected:
                OnDisconnected(disconnected);
                return true;
            case GaveUp gaveUp:
                OnGaveUp(gaveUp);
                return true;
            case ClientOver:
                // The PoisonPill comes behind the answers to all earlier writes, and this actor writes nothing more.
                _clientIsOver = true;
                Self.Tell(PoisonPill.Instance, Self);
                return true;
            case var _ when _clientIsOver:
                Context.System.DeadLetters.Tell(message, Sender);
                return true;
            default:
                return false;
        }
    }

    private void LetGo(Closed closed)
    {
        IActorRef? handedBy = _handedBy;

        // A protocol that closes because the peer has finished closes at the peer's wish.
        bool peersWish = closed.Reason == CloseReason.Requested && _peerFinished;
        if (_kept is null)
        {
            Context.Stop(Self);
        }
        else
        {
            ForgetConnection(_kept);
        }

        handedBy?.Tell(
            new ConnectionOver(peersWish ? closed with { Reason = CloseReason.PeerFinished } : closed),
            Self
        );
    }

    // Adds a layer or a successor that ends with the connection, but not with this actor.
    private void AddOfConnection(IActorRef actor)
    {
        _kept?.OfConnection.Add(actor);
        if (_kept is { Offline.IsOnline: true })
        {
            _kept.Offline.GoOnline(Transport);
        }
    }

    private void ForgetConnection(KeptProtocol kept)
    {
        foreach (IActorRef actor in kept.OfConnection)
        {
            Context.Unwatch(actor);
            Context.Stop(actor);
        }

        kept.OfConnection.Clear();
        kept.Offline.GoOffline();
        Transport = kept.Offline;
        _connection = null;
        _base = null;
        _layer = null;
        _unread = null;
        _handedBy = null;
        _refusedHere = null;
        _incoming = default;
        _outgoing = default;
        _uncredited = 0;
        _pace = default;
        _established = false;
        _endKept = false;
        _closedKept = null;
        _peerFinished = false;
        _handedOn = false;
        _claimedAway = false;
        _draining = false;
        _startsTls = false;
        ForgetWishes();
    }

    // A command that a protocol gave while there was no connection does not apply to the next connection.
    private void ForgetWishes()
    {
        _fault = null;
        _suspended = false;
        _readsAhead = false;
        _closing = false;
        _finished = false;
        _over = null;
    }

    /// <summary>The client tells its protocol that there will be no other connection and that the protocol must stop.</summary>
    internal sealed class ClientOver : INoSerializationVerificationNeeded
    {
        internal static readonly ClientOver Instance = new();
    }

    /// <summary>Tells the actor that handed a connection on that the connection has ended.</summary>
    private sealed record ConnectionOver(Closed Closed) : INoSerializationVerificationNeeded;

    /// <summary>
    /// What a client's protocol keeps: the transport used while there is no connection, which outlives the connections, and the
    /// actors that end with each connection.
    /// </summary>
    private sealed class KeptProtocol(OfflineTransport offline)
    {
        internal OfflineTransport Offline => offline;

        internal List<IActorRef> OfConnection { get; } = [];
    }
}
