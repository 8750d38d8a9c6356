using System;
using Akka.Event;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The ends of a session: those that the protocol asks for, and those that the transport reports. A part of its session; the thread is
/// the protocol's.
/// </summary>
internal sealed class ProtocolEnds(ProtocolSession session)
{
    private EndOrder _order; // Mutable struct: not readonly.
    private Exception? _crash;
    private bool _hasAborted;

    /// <inheritdoc cref="EndOrder.IsClosing"/>
    internal bool IsClosing => _order.IsClosing;

    /// <inheritdoc cref="EndOrder.IsFinished"/>
    internal bool IsFinished => _order.IsFinished;

    /// <summary>A client's connection begins: what was ended before was none.</summary>
    internal void Forget() => _order = default;

    internal void Close(Close command)
    {
        session.RequireTransport();
        session.Outbound.FinishWriters(new TransportClosedException(CloseReason.Requested));
        _order.Close();
        session.Transport.Tell(command, session.Self);
        session.Inbound.Discard();
        TellKeptEnd();
    }

    internal void CloseWrite()
    {
        session.RequireTransport();
        session.Outbound.FinishWriters(new TransportClosedException(CloseReason.Requested));
        _order.Finish();
        session.Transport.Tell(Akka.Reactor.CloseWrite.Instance, session.Self);
    }

    internal void Abort()
    {
        session.RequireTransport();
        _hasAborted |= !_order.IsClosing;
        _order.Close();
        if (session.Connection is not null)
        {
            session.Outbound.FailWith(new TransportClosedException(CloseReason.Aborted, _order.Fault));
        }

        session.Transport.Tell(Akka.Reactor.Abort.Instance, session.Self);
        TellKeptEnd();
    }

    /// <summary>The protocol ends the connection for a reason, which is logged.</summary>
    internal void Blame(ReactorException reason, string how)
    {
        if (_order.Blame(reason))
        {
            session.Protocol.Log.Warning("{0}: {1}: {2}", session.Connection?.Remote, how, reason.Message);
            session.Connection?.Base?.EndIsLogged(reason);
        }
    }

    /// <summary>The protocol ends the connection with RST, for a reason, which is logged.</summary>
    internal void Abort(ReactorException reason)
    {
        Blame(reason, "aborted");
        Abort();
    }

    /// <summary>Closes a connection that is taken over, because of what the peer has sent ahead.</summary>
    internal void Refuse(ReactorException reason)
    {
        session.Protocol.Log.Warning("{0}: closed: {1}", session.Connection?.Remote, reason.Message);
        session.Connection?.Base?.EndIsLogged(reason);
        _order.Blame(reason);
        Close(Akka.Reactor.Close.Instance);
    }

    /// <summary>The end of a protocol that stops or restarts before its connection has ended.</summary>
    internal Closed OfStopped() =>
        _crash is null && _order.IsClosing && !_hasAborted && _order.Fault is null
            ? new Closed(CloseReason.Requested)
            : _order.ForProtocol(
                new Closed(CloseReason.Aborted, _crash is null ? null : new ProtocolCrashedException(_crash))
                {
                    Logged = true,
                }
            );

    /// <summary>Notes a protocol's exception for its supervisor's log. Returns false, for an exception filter.</summary>
    internal bool NoteCrash(Exception fault)
    {
        _crash = fault;
        // The supervisor, or the client, logs it.
        if (!_order.IsClosing)
        {
            session.Connection?.Base?.EndIsLogged(new ProtocolCrashedException(fault));
        }

        return CrashLog.Note(fault, session.Connection?.Remote, _order.IsClosing);
    }

    /// <summary>The peer has sent its FIN.</summary>
    internal void PeerHasFinished()
    {
        if (_order.PeerFinishes(session.Inbound.IsBlocked || (session.Outbound.IsPressed && session.Inbound.HasKept)))
        {
            session.Protocol.OnPeerFinished();
        }
    }

    /// <inheritdoc cref="EndOrder.ForgetPeerFinished"/>
    internal void ForgetPeerFinished() => _order.ForgetPeerFinished();

    /// <summary>What was received before is offered: the ends that have waited come now.</summary>
    internal void Continue()
    {
        if (_order.TakePeerFinished())
        {
            session.Protocol.OnPeerFinished();
        }

        TellKeptEnd();
    }

    /// <inheritdoc cref="EndOrder.HandOver"/>
    internal bool HandOver() => _order.HandOver();

    /// <summary>
    /// The transport reports the end of the connection. What was received before is still offered, unless the connection was ended to
    /// free memory: the answers would take memory again, and thousands of connections can end like that at once.
    /// </summary>
    internal void HasEnded(Closed closed)
    {
        if (
            session.Outbound.IsPressed
            && !session.Inbound.IsSuspended
            && !_order.IsClosing
            && closed.Reason != CloseReason.Shed
        )
        {
            // No write has to wait for room any more.
            session.Outbound.FailWith(Over());
            session.Outbound.StopPacing();
            session.ContinueOffers();
            if (session.IsHandedOn)
            {
                // The transport still answers the claim of the next owner, who then receives the end.
                if (!session.Swaps.IsHandingOver)
                {
                    session.Protocol.OnHandedOnEnded(closed);
                }

                return;
            }
        }

        if (_order.TryKeep(closed, session.Inbound.IsBlocked, session.Inbound.HasKept, session.Protocol.ReadsToEnd))
        {
            session.Outbound.FailWith(Over());
        }
        else
        {
            End(closed);
        }

        TransportClosedException Over() => new(closed.Reason, closed.Cause);
    }

    /// <inheritdoc cref="EndOrder.ForPredecessor"/>
    internal Closed ForPredecessor(Closed closed) => _order.ForPredecessor(closed);

    /// <summary>The connection has ended, and nothing of it waits any more.</summary>
    internal void End(Closed closed)
    {
        closed = _order.ForProtocol(closed);
        if (!session.IsHandedOn)
        {
            _order.End();
            session.Outbound.AnswerRefused();
        }

        session.TellEnd(closed);
        session.LetGo(closed);
    }

    /// <summary>
    /// Lets the end that has waited come now, in a message of its own: the protocol is in the middle of something. Returns false if no end
    /// has waited.
    /// </summary>
    internal bool TellKeptEnd()
    {
        if (_order.TakeKept() is not { } closed)
        {
            return false;
        }

        session.Self.Tell(closed, session.Transport);
        return true;
    }
}
