using System;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Selectors;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Clients;

/// <summary>
/// A long-lived outgoing connection. Supervises a protocol, which survives the loss of a connection, and a connector, which
/// makes one connection and fails when the connection is lost. Assigns a class to every failure and passes it to a
/// <see cref="ReconnectPlan"/>, which decides whether and when the client starts another connector.
/// </summary>
internal sealed class ClientActor : UntypedActor
{
    private readonly CheckedClientOptions _settings;
    private readonly Selector _selector;
    private readonly INameResolver _resolver;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly ReconnectPlan _plan;
    private readonly OfflineTransport _offline;
    private readonly TellDeadline _retry;

    // True for a client of the manager: it stays after it has given up. A client with another parent stops, because its parent
    // waits for its end.
    private readonly bool _staysWhenOver;
    private IActorRef? _asker;
    private IActorRef _protocol = ActorRefs.Nobody;
    private IActorRef? _connector;
    private Failure? _failure;
    private long _retryAt;
    private State _state = State.Connecting;
    private int _endPoint;
    private int _attempt;
    private bool _connected;
    private bool _again;
    private ConnectorActor.Progress _progress = new();

    public ClientActor(CheckedClientOptions settings, Selector selector, INameResolver resolver, IActorRef? asker)
    {
        _settings = settings;
        _selector = selector;
        _resolver = resolver;
        _asker = asker;
        _staysWhenOver = asker is not null;
#pragma warning disable RS0030 // Jitter; tests of the plan give it their own.
        _plan = new ReconnectPlan(settings.Reconnect, Random.Shared);
#pragma warning restore RS0030
        _offline = new OfflineTransport(
            Self,
            settings.Options.OfflineQueue,
            ((ExtendedActorSystem)Context.System).Provider
        );
        _retry = new TellDeadline(Self, Due.Instance);
    }

    private enum State
    {
        /// <summary>
        /// The client has a connection, or a connector that makes one, or a time at which the next attempt begins.
        /// </summary>
        Connecting,

        /// <summary>The client stays without a connection because it has received <see cref="Disconnect"/>.</summary>
        Disconnected,

        /// <summary>The client has received <see cref="Close"/>. The current connection is the last one.</summary>
        Closing,

        /// <summary>
        /// The client has given up. After its protocol has stopped, a client of the manager stays and only reports its state.
        /// </summary>
        Over,
    }

    private ReactorEndPoint EndPoint => _settings.EndPoints[_endPoint];

    internal static Props Props(
        CheckedClientOptions settings,
        Selector selector,
        INameResolver resolver,
        IActorRef? asker
    ) =>
        Akka
            .Actor.Props.Create(() => new ClientActor(settings, selector, resolver, asker))
            .WithDispatcher(selector.DispatcherId);

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(cause => Sender.Is(_protocol) ? ProtocolFailed(cause) : ConnectorFailed(cause), false);

    protected override void PreStart()
    {
        _protocol = Context.Watch(
            Context.ActorOf(
                ClientProtocolProducer.Wrap(_settings.Options.Protocol, _offline).OnLoop(_selector.DispatcherId),
                "protocol"
            )
        );
        _offline.Owner = _protocol;
        _asker?.Tell(new ClientStarted(Self.Path.Name, Self, _protocol), Self);
        Connect();
    }

    // The asker already has ClientStarted, so a restart does not send it again. The protocol is a new actor.
    protected override void PostRestart(Exception reason)
    {
        _asker = null;
        base.PostRestart(reason);
    }

    protected override void PostStop()
    {
        _selector.Loop.Disarm(_retry);
        _offline.End();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ConnectorActor.Reached when Sender.Is(_connector):
                OnReached();
                break;
            case Terminated terminated when terminated.ActorRef.Is(_connector):
                OnConnectorGone();
                break;
            case Terminated terminated when terminated.ActorRef.Is(_protocol):
                OnProtocolGone();
                break;
            case Due:
                if (_connector is null && _state == State.Connecting)
                {
                    Connect();
                }

                break;
            case Close when _state == State.Over:
                // If the protocol has not stopped yet, OnProtocolGone stops this actor.
                _state = State.Closing;
                if (_protocol.IsNobody())
                {
                    Context.Stop(Self);
                }

                break;
            case Reconnect or Disconnect when _state == State.Over:
                break;
            case Reconnect:
                OnReconnect();
                break;
            case Disconnect:
                End(State.Disconnected);
                break;
            case Close:
                End(State.Closing);
                break;
            case GetStatus:
                Sender.Tell(Status(), Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Connect()
    {
        _attempt++;
        _failure = null;
        _progress = new ConnectorActor.Progress();
        _plan.Begin(_selector.Loop.Now);
        _protocol.Tell(new Connecting(_attempt, EndPoint.ToString()), Self);
        _connector = Context.Watch(
            Context.ActorOf(
                ConnectorActor.Props(EndPoint, _settings.Connect, _selector, _resolver, _protocol, _progress)
            )
        );
    }

    private void OnReached()
    {
        if (!_connected && _failure is null)
        {
            _connected = true;
            _log.Info("{0}: connected to {1}", Self.Path.Name, EndPoint);
            _plan.Connected(_selector.Loop.Now);
        }
    }

    private Directive ConnectorFailed(Exception cause)
    {
        // A failure overtakes messages that were sent before it, so Reached may not have arrived yet.
        if (_progress.IsConnected)
        {
            OnReached();
        }

        if (_state == State.Over)
        {
            return Directive.Stop;
        }

        // If the protocol has closed or aborted its connection, the connector has failed with that reason. An exception of
        // another type comes from other code.
        ReactorException reason = cause as ReactorException ?? new ConnectorCrashedException(cause);
        FailureClass failure = reason.FailureClass;
        bool refused = reason is TlsAlertException { BeforeData: true };
        ReconnectPlan.Decision decision = _plan.Failed(failure, _selector.Loop.Now, refused);
        if (failure == FailureClass.ProtocolCrash && _settings.Options.ProtocolCrash == ProtocolCrash.Stop)
        {
            decision = new ReconnectPlan.Decision(RetryDirective.Stop, TimeSpan.Zero);
        }

        _failure = new Failure(failure, reason, decision) { Attempt = _connected ? null : _attempt };
        if (_connected && (_plan.Lasted || _again || _state != State.Connecting))
        {
            // A requested end is not a failure. After it, and after a connection that has lasted, attempts are counted from 1
            // again.
            _attempt = 0;
        }

        if (_state != State.Connecting || _again || decision.Directive != RetryDirective.Escalate)
        {
            return Directive.Stop;
        }

        // The supervisor may let this client continue. The client must not keep a failed connector in that case.
        Context.Stop(Sender);
        Log(_failure, "escalated");
        return Directive.Escalate;
    }

    private Directive ProtocolFailed(Exception cause)
    {
        // A protocol that cannot be created would fail again immediately.
        if (_settings.Options.ProtocolCrash == ProtocolCrash.Stop || cause is ActorInitializationException)
        {
            _log.Error(cause, "{0}: the protocol failed, and the client gives up", Self.Path.Name);
            if (_state != State.Closing && cause is not ActorInitializationException)
            {
                _failure = new Failure(FailureClass.ProtocolCrash, new ProtocolCrashedException(cause), default);
                _state = State.Over;
            }

            return Directive.Stop;
        }

        _log.Error(cause, "{0}: the protocol failed and is restarted", Self.Path.Name);
        _connector?.Tell(new ConnectorActor.ProtocolCrashed(cause), Self);
        return Directive.Restart;
    }

    private void OnProtocolGone()
    {
        // The protocol has stopped itself, or was stopped because of its failure. From here on, writes of other actors are
        // refused, also after this client has stopped.
        _offline.End();
        _protocol = ActorRefs.Nobody;
        if (_state == State.Over && _staysWhenOver)
        {
            if (_connector is not null)
            {
                Context.Stop(_connector);
            }

            Context.Parent.Tell(GivenUp.Instance, Self);
        }
        else
        {
            Context.Stop(Self);
        }
    }

    private void OnConnectorGone()
    {
        if (_failure is not null && _state != State.Over)
        {
            _endPoint = NextEndPoint();
        }

        _connector = null;
        _connected = false;
        GoOn();
    }

    private void GoOn()
    {
        Failure failure = _failure ?? Failure.None;
        switch (_state)
        {
            case State.Over:
                break;
            case State.Closing:
                StopProtocol();
                break;
            case State.Disconnected:
                _protocol.Tell(new Disconnected(failure.Reason, RetryIn: null), Self);
                break;
            case var _ when _again:
                _again = false;

                // The end was requested, and is not a failure.
                _plan.Forget();
                _protocol.Tell(new Disconnected(failure.Reason, TimeSpan.Zero), Self);
                Connect();
                break;
            case var _ when failure.Decision.Directive == RetryDirective.Retry:
                TimeSpan delay = failure.Decision.Delay;
                Log(failure, $"next attempt in {delay.TotalSeconds:0.###} s");
                _protocol.Tell(new Disconnected(failure.Reason, delay), Self);
                _retryAt = _selector.Loop.Now + (long)delay.TotalMilliseconds;
                _selector.Loop.Arm(_retry, delay);
                break;
            default:
                Log(failure, "gave up");
                _protocol.Tell(new GaveUp(failure.Reason), Self);
                _state = State.Over;
                StopProtocol();
                break;
        }
    }

    private void OnReconnect()
    {
        if (_state == State.Closing)
        {
            return;
        }

        _plan.Forget();
        if (_connector is null)
        {
            _selector.Loop.Disarm(_retry);
            _state = State.Connecting;
            Connect();
        }
        else if (_connected || _failure is not null || _state == State.Disconnected)
        {
            // Connects again when nothing of the connection, or of the failed attempt, is left.
            _again = true;
            _state = State.Connecting;
            _connector.Tell(ConnectorActor.EndConnection.Instance, Self);
        }
        else
        {
            // The attempt continues. Only the reconnect deadline starts again.
            _plan.Begin(_selector.Loop.Now);
        }
    }

    private void End(State state)
    {
        if (_state == State.Closing || _state == state)
        {
            return;
        }

        _state = state;
        _again = false;
        _selector.Loop.Disarm(_retry);
        if (_connector is null)
        {
            GoOn();
        }
        else
        {
            _connector.Tell(ConnectorActor.EndConnection.Instance, Self);
        }
    }

    // The protocol receives this message after its events and the answers to its writes, and then stops itself. OnProtocolGone
    // does the rest.
    private void StopProtocol()
    {
        _offline.End();
        _protocol.Tell(ProtocolActor.ClientOver.Instance, Self);
    }

    // With failover order, a client that has lost a connection starts with the first end point again. Otherwise it takes the
    // next one.
    private int NextEndPoint() =>
        _connected && _settings.Options.EndPointOrder == EndPointOrder.Failover
            ? 0
            : (_endPoint + 1) % _settings.EndPoints.Count;

    private ClientStatus Status() =>
        new(Self.Path.Name, Report(), EndPoint.ToString(), _connected ? 0 : _attempt)
        {
            LastFailure = _connector is null || _state == State.Over ? _failure?.Reason : null,
            RetryIn =
                Report() == ClientState.Waiting
                    ? TimeSpan.FromMilliseconds(Math.Max(0, _retryAt - _selector.Loop.Now))
                    : null,
        };

    private ClientState Report() =>
        _state switch
        {
            State.Closing => ClientState.Closing,
            State.Over => ClientState.GaveUp,
            State.Disconnected => ClientState.Disconnected,
            _ when _connected => ClientState.Connected,
            _ when _connector is null => ClientState.Waiting,
            _ => ClientState.Connecting,
        };

    private void Log(Failure failure, string what) =>
        _log.Warning(
            "{0}: {1} ({2}), {3}: {4}",
            Self.Path.Name,
            failure.Attempt is { } attempt ? $"attempt {attempt} failed" : "the connection was lost",
            failure.Class.Name,
            what,
            failure.Reason.Message
        );

    private sealed record Failure(FailureClass Class, ReactorException Reason, ReconnectPlan.Decision Decision)
    {
        /// <summary>There was no failure: no attempt was made, or the connector was stopped.</summary>
        internal static readonly Failure None = new(
            FailureClass.Requested,
            new TransportClosedException(CloseReason.Requested),
            default
        );

        /// <summary>The number of the failed attempt; null if a connection was lost.</summary>
        internal int? Attempt { get; init; }
    }

    /// <summary>
    /// Tells the manager that this client has given up. The client stays and reports its state until it receives
    /// <see cref="Close"/>.
    /// </summary>
    internal sealed class GivenUp : INoSerializationVerificationNeeded
    {
        internal static readonly GivenUp Instance = new();
    }

    private sealed class Due : INoSerializationVerificationNeeded
    {
        internal static readonly Due Instance = new();
    }
}
