using System;
using System.Linq;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

// How a connection ends for its protocol: after everything that was received before, unless a part of it was cut off.
public abstract partial class ProtocolActor
{
    private bool _endKept;
    private Closed? _closedKept;

    private void EndWith(Close command)
    {
        RequireTransport();
        _closing = true;
        _finished = true;
        Transport.Tell(command, Self);
        DiscardUnread();
        TellKeptEnd();
    }

    private void Blame(ReactorException reason, string how)
    {
        if (_fault is null)
        {
            _fault = reason;
            Log.Warning("{0}: {1}: {2}", _connection?.Remote, how, reason.Message);
            _connection?.Base?.EndIsLogged();
        }
    }

    // The supervisor logs the crash. A client's protocol may survive it; its client then logs what happens to the protocol.
    private bool NoteCrash(Exception fault)
    {
        if (!_closing && _kept is null)
        {
            _connection?.Base?.EndIsLogged();
        }

        return CrashLog.Note(fault, _connection?.Remote, _closing);
    }

    private void PeerHasFinished()
    {
        _peerFinished = !_closing;
        if (_suspended || (_pace.IsPressed && _unread is { Length: > 0 }))
        {
            // Bytes that the peer sent before its FIN may still be kept here.
            _endKept = true;
        }
        else
        {
            OnPeerFinished();
        }
    }

    private void HasEnded(Closed closed)
    {
        if (_pace.IsPressed && !_suspended && !_closing)
        {
            // The connection is over: what the protocol writes now does not have to wait for room.
            _over = new TransportClosedException(closed.Reason, closed.Cause);
            _pace = default;
            OfferKept();
            OfferKeptEnd();
            if (_handedOn)
            {
                OnHandedOnEnded(closed);
                return;
            }
        }

        bool keepsAny = _endKept || _unread is { Length: > 0 };
        bool waits =
            closed.Reason == CloseReason.PeerFinished
            || (ReadsToEnd && closed.Reason is not (CloseReason.Requested or CloseReason.Aborted));
        if (_suspended && keepsAny && !_closing && waits)
        {
            _closedKept = closed;
            _over ??= new TransportClosedException(closed.Reason, closed.Cause);
        }
        else
        {
            End(closed);
        }
    }

    private void OfferKeptEnd()
    {
        if (_suspended || _offering || _pace.IsPressed)
        {
            return;
        }

        if (_endKept && !_closing)
        {
            _endKept = false;
            OnPeerFinished();
        }

        TellKeptEnd();
    }

    // Closed is sent as a separate message, because the caller that resumes or closes is in the middle of its own work.
    private void TellKeptEnd()
    {
        if (_closedKept is { } closed)
        {
            _closedKept = null;
            Self.Tell(closed, Transport);
        }
    }

    private void End(Closed closed)
    {
        if (_fault is not null)
        {
            CloseReason reason = _fault is PeerViolationException ? CloseReason.ProtocolViolation : CloseReason.Failed;
            closed = closed with { Reason = reason, Cause = _fault, Logged = true };
        }

        if (closed.Undelivered.Any(IsMark))
        {
            closed = closed with { Undelivered = [.. closed.Undelivered.Where(write => !IsMark(write))] };
        }

        if (!_handedOn)
        {
            _closing = true;
            AnswerRefused();
            if (_kept is null || _established)
            {
                OnClosed(closed);
            }
        }

        LetGo(closed);
    }

    private static bool IsMark(IWriteCommand write) => write is Write { Ack: OutboundPace.Mark };

    // Either there is no connection yet, or the connection has been handed to a successor, which then has to handle Draining.
    private void DrainLater()
    {
        _draining = true;
        foreach (IActorRef child in Context.GetChildren())
        {
            child.Tell(Draining.Instance, Self);
        }
    }
}
