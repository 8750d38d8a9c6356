using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

// How a protocol that belongs to a client outlives its connections, and how any protocol that got its connection from another
// actor tells that one how it ended.
public abstract partial class ProtocolActor
{
    // Of a client's protocol. Null: the actor ends with its connection.
    private KeptProtocol? _kept;

    // Its client is over: only what it has written is still answered.
    private bool _clientIsOver;

    /// <summary>A restarted protocol has lost its place in the stream: its connection is aborted.</summary>
    public sealed override void AroundPreRestart(Exception cause, object message)
    {
        Transport.Tell(Akka.Reactor.Abort.Instance, Self);
        foreach (WriteFailed failure in _refusedHere ?? [])
        {
            // Nobody else knows of these. As all other answers, they come to the next instance.
            Self.Tell(failure, Self);
        }

        _kept?.Offline.GoOffline();
        base.AroundPreRestart(cause, message);
    }

    /// <summary>This protocol is a client's. Once, before its first message.</summary>
    internal void KeepFor(OfflineTransport offline)
    {
        _kept = new KeptProtocol(offline);
        Transport = offline;
    }

    /// <summary>Hands the connection to a protocol that exists already; this one stays as an inert shell.</summary>
    private protected void HandTo(IActorRef successor, UnreadPolicy unread = UnreadPolicy.Forward)
    {
        Transport.Tell(AnnounceHandover.Instance, Self);
        HandOver(successor, unread);
        _handedOn = true;
        AnswerRefused();
    }

    /// <summary>Between <see cref="HandTo"/> and the moment when its successor has all that was received before.</summary>
    private protected bool IsHandingOver => _outgoing.Any;

    /// <summary>A connection that was handed on has ended; null: its successor has stopped, and has not said how.</summary>
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
                // It may have been told of a connection that was lost by then, or handed one.
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
                // The end comes behind the answers to what was written before this, and nothing is written any more.
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

        // Who closes because the peer has finished does so at the peer's wish.
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

    // A layer or a successor that ends with the connection, and not with this actor.
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

    // What a protocol said while there was no connection was said of none.
    private void ForgetWishes()
    {
        _fault = null;
        _suspended = false;
        _readsAhead = false;
        _closing = false;
        _finished = false;
        _over = null;
    }

    /// <summary>From its client: there will be no connection any more, and it is to stop.</summary>
    internal sealed class ClientOver : INoSerializationVerificationNeeded
    {
        internal static readonly ClientOver Instance = new();
    }

    /// <summary>To whoever handed a connection on: it has ended.</summary>
    private sealed record ConnectionOver(Closed Closed) : INoSerializationVerificationNeeded;

    /// <summary>What outlives a client's connections: the transport while there is none. And what does not.</summary>
    private sealed class KeptProtocol(OfflineTransport offline)
    {
        internal OfflineTransport Offline => offline;

        internal List<IActorRef> OfConnection { get; } = [];
    }
}
