using System;
using System.Runtime.InteropServices;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Clients;

/// <summary>
/// The state of a client: whether it wants a connection, which end point and which attempt it is at, and why it has no
/// connection. Decides what follows from a command or from the end of a connector. A plain state machine: the caller passes the
/// time, in milliseconds of the loop's clock, and performs each <see cref="Step"/>.
/// </summary>
/// <param name="client">The options of the client.</param>
/// <param name="random">The jitter of the waits.</param>
/// <param name="staysWhenOver">Whether the client stays after it has given up, to report its state.</param>
internal sealed class ClientMachine(CheckedClientOptions client, Random random, bool staysWhenOver)
{
    private readonly ReconnectPlan _plan = new(client.Reconnect, random);
    private Goal _goal;
    private ReactorException? _crash;
    private long _retryAt;
    private int _endPoint;
    private int _attempt;
    private bool _hasProtocol = true;
    private bool _hasConnector;
    private bool _connected;
    private bool _again;

    private enum Goal
    {
        /// <summary>
        /// The client has a connection, or a connector that makes one, or a time at which the next attempt begins.
        /// </summary>
        Connection,

        /// <summary>The client stays without a connection because it has received <see cref="Disconnect"/>.</summary>
        NoConnection,

        /// <summary>The client has received <see cref="Reactor.Close"/>. The current connection is the last one.</summary>
        End,

        /// <summary>The client has given up. After its protocol has stopped, it may stay and only report its state.</summary>
        Nothing,
    }

    /// <summary>The last part of a <see cref="Step"/>.</summary>
    internal enum Action
    {
        None,

        /// <summary>Begin an attempt.</summary>
        Connect,

        /// <summary>Begin an attempt after <see cref="Step.Delay"/>.</summary>
        Wait,

        /// <summary>Ask the protocol to stop.</summary>
        StopProtocol,

        /// <summary>Stop the connector, and stay.</summary>
        Stay,

        /// <summary>Stop the client.</summary>
        Stop,
    }

    /// <summary>The end point that the client is connected to, or tries next.</summary>
    internal ReactorEndPoint EndPoint => client.EndPoints[_endPoint];

    /// <summary>Why there is no connection, or why there soon will be none; null if there is no such reason.</summary>
    internal Failure? LastFailure { get; private set; }

    /// <summary>Whether the client has no connection, and an attempt begins after a wait.</summary>
    internal bool IsWaiting => !_hasConnector && _goal == Goal.Connection;

    /// <summary>Begins an attempt: there is a connector from now on. Returns the message for the protocol.</summary>
    internal Connecting Begin(long now)
    {
        _attempt++;
        _hasConnector = true;
        _crash = null;
        LastFailure = null;
        _plan.Begin(now);
        return new Connecting(_attempt, EndPoint.ToString());
    }

    /// <summary>The connection exists, with all its layers.</summary>
    internal void Reached(long now)
    {
        _connected = true;
        _plan.Connected(now);
    }

    /// <summary>
    /// The connector has reported the end of its connection, or has failed. It still exists. Returns the exception with which
    /// the client has to fail; null if it has not.
    /// </summary>
    internal Exception? Ended(Exception cause, long now)
    {
        if (_goal == Goal.Nothing)
        {
            return null;
        }

        // A connector that was asked to abort after a crash of the protocol reports that it has aborted.
        Exception reason = cause is TransportClosedException { Reason: CloseReason.Aborted } ? _crash ?? cause : cause;

        // An exception of another type comes from code that runs while the connector makes the connection.
        ReactorException typed = reason as ReactorException ?? new LayerCrashedException(reason);
        ReconnectPlan.Decision decision = _plan.Failed(
            typed.FailureClass,
            now,
            typed is TlsAlertException { BeforeData: true }
        );
        LastFailure = new Failure(typed, decision, _connected ? null : _attempt);
        bool requested = _again || _goal != Goal.Connection;
        if (_connected && (_plan.Lasted || requested))
        {
            // A requested end is not a failure. After it, and after a connection that has lasted, attempts are counted from 1
            // again.
            _attempt = 0;
        }

        return !requested && decision.Directive == RetryDirective.Escalate ? reason : null;
    }

    /// <summary>Nothing of the connector is left.</summary>
    internal Step ConnectorGone(long now)
    {
        if (LastFailure is not null && _goal != Goal.Nothing)
        {
            // With failover order, a client that has lost a connection starts with the first end point again.
            bool first = _connected && client.Options.EndPointOrder == EndPointOrder.Failover;
            _endPoint = first ? 0 : (_endPoint + 1) % client.EndPoints.Count;
        }

        _hasConnector = false;
        _connected = false;
        return Continue(now);
    }

    /// <summary>The protocol has failed and is restarted. It has lost its position in the stream.</summary>
    internal Step ProtocolRestarts(Exception cause)
    {
        _crash = new ProtocolCrashedException(cause);
        return new Step { ToConnector = _hasConnector ? Abort.Instance : null };
    }

    /// <summary>The protocol has failed and is stopped, which is the end of the client.</summary>
    internal void ProtocolStops(Exception cause)
    {
        if (_goal != Goal.End)
        {
            LastFailure = new Failure(new ProtocolCrashedException(cause), default, Attempt: null);
            _goal = Goal.Nothing;
        }
    }

    /// <summary>The protocol has stopped: by itself, because of its failure, or because it was asked to.</summary>
    internal Step ProtocolGone()
    {
        _hasProtocol = false;
        return new Step(_goal == Goal.Nothing && staysWhenOver ? Action.Stay : Action.Stop);
    }

    /// <summary>The client has received <see cref="Akka.Reactor.Reconnect"/>.</summary>
    internal Step Reconnect(long now)
    {
        if (_goal is Goal.End or Goal.Nothing)
        {
            return default;
        }

        bool ends = _connected || LastFailure is not null || _goal == Goal.NoConnection;
        _goal = Goal.Connection;
        _plan.Forget();
        if (!_hasConnector)
        {
            return new Step(Action.Connect);
        }

        if (ends)
        {
            // Connects again when nothing of the connection, or of the failed attempt, is left.
            _again = true;
            return new Step { ToConnector = ConnectorActor.EndConnection.Instance };
        }

        // The attempt continues. Only the reconnect deadline starts again.
        _plan.Begin(now);
        return default;
    }

    /// <summary>The client has received <see cref="Akka.Reactor.Disconnect"/>.</summary>
    internal Step Disconnect(long now) => _goal is Goal.Connection ? TurnTo(Goal.NoConnection, now) : default;

    /// <summary>The client has received <see cref="Akka.Reactor.Close"/>.</summary>
    internal Step Close(long now)
    {
        switch (_goal)
        {
            case Goal.End:
                return default;
            case Goal.Nothing:
                // If the protocol has not stopped yet, the client stops after it.
                _goal = Goal.End;
                return new Step(_hasProtocol ? Action.None : Action.Stop);
            default:
                return TurnTo(Goal.End, now);
        }
    }

    /// <summary>The state, as the client reports it.</summary>
    internal ClientState State =>
        _goal switch
        {
            Goal.End => ClientState.Closing,
            Goal.Nothing => ClientState.GaveUp,
            Goal.NoConnection => ClientState.Disconnected,
            _ when _connected => ClientState.Connected,
            _ when _hasConnector => ClientState.Connecting,
            _ => ClientState.Waiting,
        };

    /// <summary>Returns the status, which the client reports under its name.</summary>
    internal ClientStatus Status(string name, long now)
    {
        ClientState state = State;
        return new ClientStatus(name, state, EndPoint.ToString(), _connected ? 0 : _attempt)
        {
            LastFailure = !_hasConnector || _goal == Goal.Nothing ? LastFailure?.Reason : null,
            RetryIn = state == ClientState.Waiting ? TimeSpan.FromMilliseconds(Math.Max(0, _retryAt - now)) : null,
        };
    }

    private Step TurnTo(Goal goal, long now)
    {
        _goal = goal;
        _again = false;
        return _hasConnector ? new Step { ToConnector = ConnectorActor.EndConnection.Instance } : Continue(now);
    }

    // There is no connector.
    private Step Continue(long now)
    {
        // Without a failure, the connector was stopped, by this client or by another actor. By default, it is replaced at once.
        Failure failure =
            LastFailure ?? new Failure(new TransportClosedException(CloseReason.Requested), default, Attempt: null);
        TimeSpan delay = failure.Decision.Delay;
        switch (_goal)
        {
            case Goal.Nothing:
                return default;
            case Goal.End:
                return new Step(Action.StopProtocol);
            case Goal.NoConnection:
                return new Step { ToProtocol = new Disconnected(failure.Reason, RetryIn: null) };
            case var _ when _again:
                // The end was requested, and is not a failure.
                _again = false;
                _plan.Forget();
                return new Step(Action.Connect) { ToProtocol = new Disconnected(failure.Reason, TimeSpan.Zero) };
            case var _ when failure.Decision.Directive == RetryDirective.Retry:
                LastFailure = failure;
                _retryAt = now + (long)delay.TotalMilliseconds;
                return new Step(Action.Wait)
                {
                    Log = $"next attempt in {delay.TotalSeconds:0.###} s",
                    ToProtocol = new Disconnected(failure.Reason, delay),
                    Delay = delay,
                };
            default:
                _goal = Goal.Nothing;
                return new Step(Action.StopProtocol) { Log = "gave up", ToProtocol = new GaveUp(failure.Reason) };
        }
    }

    /// <summary>What the client's actor has to do, in this order: log, send the messages, act.</summary>
    /// <param name="Action">The last part of it.</param>
    [StructLayout(LayoutKind.Auto)]
    internal readonly record struct Step(Action Action)
    {
        /// <summary>What to log of <see cref="LastFailure"/>.</summary>
        internal string? Log { get; init; }

        /// <summary>The message for the protocol.</summary>
        internal object? ToProtocol { get; init; }

        /// <summary>The message for the connector.</summary>
        internal object? ToConnector { get; init; }

        /// <summary>The time before the next attempt.</summary>
        internal TimeSpan Delay { get; init; }
    }

    /// <param name="Reason">The reason why there is no connection.</param>
    /// <param name="Decision">What the plan has decided.</param>
    /// <param name="Attempt">The number of the failed attempt; null if a connection was lost.</param>
    internal sealed record Failure(ReactorException Reason, ReconnectPlan.Decision Decision, int? Attempt);
}
