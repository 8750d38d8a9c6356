using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.ExceptionServices;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Clients.Dial;
using Akka.Reactor.Diagnostics;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Selectors;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Clients;

/// <summary>
/// A long-lived outgoing connection. Supervises a protocol, which survives the loss of a connection, and a connector, which
/// makes one connection and reports its end or fails with it. A <see cref="ClientMachine"/> decides what the client does then.
/// </summary>
/// <param name="settings">The options of the client.</param>
/// <param name="selector">The selector whose loop runs the client and its connections.</param>
/// <param name="resolver">Resolves names, unless the options name another resolver.</param>
/// <param name="asker">
/// The actor that has asked the manager for this client. Null for a client with another parent: such a client stops when it has
/// given up, because its parent waits for its end.
/// </param>
internal sealed class ClientActor(
    CheckedClientOptions settings,
    Selector selector,
    INameResolver resolver,
    IActorRef? asker
) : UntypedActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();

#pragma warning disable RS0030 // Jitter; tests of the machine and of its plan give it their own.
    private readonly ClientMachine _machine = new(settings, Random.Shared, staysWhenOver: asker is not null);
#pragma warning restore RS0030
    private readonly TellDeadline _retry = new(Context.Self, Due.Instance);
    private readonly OfflineTransport _offline = new(
        Context.Self,
        settings.Options.OfflineQueue,
        ((ExtendedActorSystem)Context.System).Provider
    );

    // By end point.
    private readonly Dictionary<ReactorEndPoint, ConnectionMetrics> _metrics = settings
        .EndPoints.Distinct()
        .ToDictionary(
            endPoint => endPoint,
            endPoint =>
                selector.Metrics.Of(
                    endPoint.UnixPath is { } path
                        ? ConnectionOrigin.OfClient(Context.Self.Path.Name, path, port: null)
                        : ConnectionOrigin.OfClient(Context.Self.Path.Name, endPoint.Host, endPoint.Port)
                )
        );
    private readonly ClientMetrics _state = selector.Metrics.OfClient(Context.Self.Path.Name);
    private IActorRef _protocol = ActorRefs.Nobody;
    private IActorRef _connector = ActorRefs.Nobody;

    private long Now => selector.Loop.Now;

    internal static Props Props(
        CheckedClientOptions settings,
        Selector selector,
        INameResolver resolver,
        IActorRef? asker
    ) =>
        Akka
            .Actor.Props.Create(() => new ClientActor(settings, selector, resolver, asker))
            .WithDispatcher(selector.DispatcherId);

    // A failure is handled as a message, behind everything that the child has sent before it.
    protected override SupervisorStrategy SupervisorStrategy() =>
        new ReportingStrategy(
            (child, cause) => child.Is(_protocol) ? DirectiveFor(cause) : Directive.Stop,
            (child, cause) => Self.Tell(new ChildFailed(cause), child)
        );

    protected override void PreStart()
    {
        Start();
        asker?.Tell(new ClientStarted(Self.Path.Name, Self, _protocol), Self);
    }

    // The asker already has ClientStarted, so a restart does not send it again. The protocol is a new actor.
    protected override void PostRestart(Exception reason) => Start();

    protected override void PostStop()
    {
        selector.Loop.Disarm(_retry);
        _offline.End();
        foreach (ConnectionMetrics metrics in _metrics.Values)
        {
            metrics.Release();
        }

        _state.Release();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ConnectorActor.Reached when Sender.Is(_connector):
                _log.Info("{0}: connected to {1}", Self.Path.Name, _machine.EndPoint);
                _machine.Reached(Now);
                break;
            case ConnectorActor.Ended ended when Sender.Is(_connector):
                OnEnded(ended.Reason);
                break;
            case ChildFailed failed when Sender.Is(_connector):
                OnEnded(failed.Cause);
                break;
            case ChildFailed failed when Sender.Is(_protocol):
                OnProtocolFailed(failed.Cause);
                break;
            case Terminated terminated when terminated.ActorRef.Is(_connector):
                _connector = ActorRefs.Nobody;
                Perform(_machine.ConnectorGone(Now));
                break;
            case Terminated terminated when terminated.ActorRef.Is(_protocol):
                // From here on, writes of other actors are refused, also after this client has stopped.
                _offline.End();
                _protocol = ActorRefs.Nobody;
                Perform(_machine.ProtocolGone());
                break;
            case Due when _machine.IsWaiting:
                Connect();
                break;
            case Due or ChildFailed:
                // The time, or the child, is not of importance any more.
                break;
            case Reconnect or Disconnect or Close:
                // A client that waits for its next attempt does not wait any longer.
                selector.Loop.Disarm(_retry);
                Perform(
                    message switch
                    {
                        Reconnect => _machine.Reconnect(Now),
                        Disconnect => _machine.Disconnect(Now),
                        _ => _machine.Close(Now),
                    }
                );
                break;
            case GetStatus:
                Sender.Tell(_machine.Status(Self.Path.Name, Now), Self);
                break;
            default:
                Unhandled(message);
                break;
        }

        ShowState();
    }

    private void ShowState() => _state.Is(KebabCase<ClientState>.All[(int)_machine.State]);

    private void Start()
    {
        _protocol = Context.Watch(
            Context.ActorOf(
                ClientProtocolProducer.Wrap(settings.Options.Protocol, _offline).OnLoop(selector.DispatcherId),
                "protocol"
            )
        );
        _offline.Owner = _protocol;
        Connect();
        ShowState();
    }

    private void Connect()
    {
        if (_machine.LastFailure is { } failure)
        {
            _state.Reconnects(failure.Reason.FailureClass);
        }

        _protocol.Tell(_machine.Begin(Now), Self);
        DialTarget target = new(_machine.EndPoint, settings.Connect, selector, resolver, _metrics[_machine.EndPoint]);
        _connector = Context.Watch(Context.ActorOf(ConnectorActor.Props(target, _protocol)));
    }

    private void OnEnded(Exception cause)
    {
        if (_machine.Ended(cause, Now) is { } failure)
        {
            // If the supervisor lets this client continue, the client gives up when its connector has stopped.
            Log("escalated");
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    // A protocol that cannot be created would fail again immediately.
    private Directive DirectiveFor(Exception cause) =>
        settings.Options.ProtocolCrash == ProtocolCrash.Stop || cause is ActorInitializationException
            ? Directive.Stop
            : Directive.Restart;

    private void OnProtocolFailed(Exception cause)
    {
        if (DirectiveFor(cause) == Directive.Restart)
        {
            _log.Error(cause, "{0}: the protocol failed and is restarted", Self.Path.Name);
            Perform(_machine.ProtocolRestarts(cause));
            return;
        }

        _log.Error(cause, "{0}: the protocol failed, and the client gives up", Self.Path.Name);
        if (cause is not ActorInitializationException)
        {
            _machine.ProtocolStops(cause);
        }
    }

    private void Perform(in ClientMachine.Step step)
    {
        if (step.Log is { } what)
        {
            Log(what);
        }

        if (step.ToProtocol is { } news)
        {
            _protocol.Tell(news, Self);
        }

        if (step.ToConnector is { } order)
        {
            _connector.Tell(order, Self);
        }

        switch (step.Action)
        {
            case ClientMachine.Action.Connect:
                Connect();
                break;
            case ClientMachine.Action.Wait:
                selector.Loop.Arm(_retry, step.Delay);
                break;
            case ClientMachine.Action.StopProtocol:
                // The protocol receives this message after its events and the answers to its writes, and then stops itself.
                _offline.End();
                _protocol.Tell(ProtocolActor.ClientOver.Instance, Self);
                break;
            case ClientMachine.Action.Stay:
                Context.Stop(_connector);
                Context.Parent.Tell(GivenUp.Instance, Self);
                break;
            case ClientMachine.Action.Stop:
                Context.Stop(Self);
                break;
        }
    }

    private void Log(string what)
    {
        ClientMachine.Failure failure = _machine.LastFailure!;
        _log.Warning(
            "{0}: {1} ({2}), {3}: {4}",
            Self.Path.Name,
            failure.Attempt is { } attempt ? $"attempt {attempt} failed" : "the connection was lost",
            failure.Reason.FailureClass.Name,
            what,
            failure.Reason.Message
        );
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

    /// <summary>A child has failed, and is stopped or restarted. The sender is the child.</summary>
    private sealed record ChildFailed(Exception Cause) : INoSerializationVerificationNeeded;
}
