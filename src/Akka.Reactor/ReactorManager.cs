using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Clients;
using Akka.Reactor.Clients.Dial;
using Akka.Reactor.Configuration;
using Akka.Reactor.Diagnostics;
using Akka.Reactor.Layers.Tls;
using Akka.Reactor.Listeners;
using Akka.Reactor.Selectors;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

/// <summary>
/// Asks the manager to drain every listener, each within its own <c>drain-timeout</c> or <paramref name="Most"/>, whichever is
/// shorter.
/// </summary>
internal sealed record DrainWithin(TimeSpan Most) : INoSerializationVerificationNeeded;

/// <summary>
/// Asks the manager to send <see cref="Close"/> to every client. The sender receives <see cref="Done"/> when no client is left.
/// </summary>
internal sealed class CloseClients : INoSerializationVerificationNeeded
{
    internal static readonly CloseClients Instance = new();
}

/// <summary>
/// The actor <c>/user/reactor</c>, the parent of listeners, clients and outgoing connections. A client NAME is one child; its
/// protocol is <c>/reactor/NAME/protocol</c>. A listener NAME has two children: NAME, the supervisor of its connections (so that
/// HOCON deployment reaches <c>/reactor/NAME/*</c>), and NAME-acceptor.
/// </summary>
internal sealed class ReactorManager : UntypedActor
{
    private readonly ReactorOptions _settings;
    private readonly IReadOnlyList<Selector> _selectors;
    private readonly INameResolver _resolver;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    private readonly ListenerRegistry _listeners;

    // The clients, each with the actor that asked for it.
    private readonly Dictionary<IActorRef, IActorRef> _clients = [];
    private readonly FinishedClients _gaveUp = new();
    private readonly List<IActorRef> _closers = [];
    private readonly DrainPhase _drainPhase;
    private readonly CertificateKeeper _certificates;
    private readonly Func<ReactorMemory> _memory;

    // The metrics of connections that Connect makes, over TCP and over unix sockets.
    private ConnectionMetrics? _tcpMetrics;
    private ConnectionMetrics? _unixMetrics;
    private int _listenerNumber;
    private int _clientNumber;
    private uint _nextSelector;
    private uint _nextHome;

    public ReactorManager(
        ReactorOptions settings,
        IReadOnlyList<Selector> selectors,
        INameResolver resolver,
        CertificateKeeper certificates,
        Func<ReactorMemory> memory
    )
    {
        _memory = memory;
        _resolver = resolver;
        _settings = settings;
        _selectors = selectors;
        _listeners = new ListenerRegistry(Context, _log);
        _certificates = certificates;
        TimeSpan timeout = CoordinatedShutdown.Get(Context.System).Timeout(DrainPhase.Name);
        _drainPhase = new DrainPhase(
            settings.Listener,
            [.. settings.Listeners.Select(listener => listener.Options.Name)],
            timeout,
            _log
        );
    }

    internal static Props Props(
        ReactorOptions settings,
        IReadOnlyList<Selector> selectors,
        INameResolver resolver,
        CertificateKeeper certificates,
        Func<ReactorMemory> memory
    ) => Akka.Actor.Props.Create(() => new ReactorManager(settings, selectors, resolver, certificates, memory));

    // A restarted acceptor continues with its socket. A supervisor of connections has no state to lose except its children, and a
    // dialer loses its connection. A client fails only because its policy is to escalate. It is stopped, because the manager has no
    // supervisor that could do anything about the failure.
    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(
            cause =>
                StartClientFailed(cause) || cause is ActorInitializationException ? Directive.Stop : Directive.Restart,
            loggingEnabled: true
        );

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Bind bind:
                Listen(bind);
                break;
            case CheckedListener configured:
                Listen(configured.Bind, configured);
                break;
            case Connect connect:
                Dial(connect);
                break;
            case StartClient start:
                Start(start.Options);
                break;
            case CheckedClientOptions configured:
                Start(configured.Options, configured);
                break;
            case Drain drain:
                _listeners.Drain(Sender, _ => drain.Timeout);
                break;
            case DrainWithin within:
                _listeners.Drain(Sender, options => Shorter(options.DrainTimeout, within.Most));
                break;
            case CloseClients:
                CloseAll();
                break;
            case GetStatus:
                Context.ActorOf(StatusCollector.Props([.. _listeners.Acceptors, .. _clients.Keys], _memory, Sender));
                break;
            case Terminated terminated when _listeners.TryRemove(terminated.ActorRef):
                break;
            case ClientActor.GivenUp:
                _gaveUp.Add(Sender)?.Tell(Close.Instance, Self);
                break;
            case Terminated terminated when _clients.Remove(terminated.ActorRef):
                if (_gaveUp.Gone(terminated.ActorRef) is { } successor)
                {
                    Self.Tell(successor.Client, successor.Asker);
                }

                AnswerClosers();
                break;
            case Terminated:
                // The actor belongs neither to a listener nor to a client. An unhandled Terminated would stop the manager.
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // The children have stopped by now, but their Terminated messages have not arrived: the waiting actors are answered here.
    protected override void PostStop()
    {
        _listeners.AnswerAll();
    }

    private void Listen(Bind bind, CheckedListener? settings = null)
    {
        try
        {
            settings ??= ListenerRules.Settle(bind, endPoint: null, _settings.Listener, Refusal);
            string name = settings.Options.Name ?? $"listener-{++_listenerNumber}";
            RequireName(name, Refusal, name, AcceptorOf(name));
            Begin(new Listener(name, settings, _selectors.Next(ref _nextHome), _selectors, _log));
        }
        catch (BindException refusal)
        {
            Sender.Tell(new BindFailed(bind.EndPoint, refusal), Self);
        }
        catch (Exception fault)
        {
            // An invalid request must not affect the other listeners.
            BindException failure = new(
                bind.EndPoint,
                bind.Options?.Name,
                fault.Message.TrimEnd('.'),
                innerException: fault
            );
            Sender.Tell(new BindFailed(bind.EndPoint, failure), Self);
        }

        BindException Refusal(string key, string problem) => new(bind.EndPoint, bind.Options?.Name, $"{key} {problem}");
    }

    private void Begin(Listener listener)
    {
        _drainPhase.Check(listener);
        _certificates.Add(listener.Options.Tls);
        IActorRef connections = Context.ActorOf(ConnectionsSupervisor.Props(listener), listener.Name);
        try
        {
            IActorRef acceptor = Context.ActorOf(
                AcceptorActor.Props(listener, connections, Sender),
                AcceptorOf(listener.Name)
            );
            _listeners.Add(listener, acceptor, connections, Sender);
        }
        catch
        {
            Context.Stop(connections);
            throw;
        }
    }

    private void Dial(Connect connect)
    {
        try
        {
            OutgoingRules.Check(
                connect.Options ?? _settings.Client,
                (key, problem) => new ReactorConfigurationException(key, problem)
            );
            DialChecked(connect);
        }
        catch (Exception fault)
        {
            // As in Listen: an invalid request must not affect others.
            ReactorException reason =
                fault as ReactorException ?? new ReactorConfigurationException(connect.EndPoint, fault.Message, fault);
            Sender.Tell(new ConnectFailed(connect.EndPoint, reason), Self);
        }
    }

    private void DialChecked(Connect connect)
    {
        ConnectOptions options = connect.Options ?? _settings.Client;
        ReactorEndPoint endPoint = ReactorEndPoint.Parse(connect.EndPoint, connect.EndPoint, Refusal);
        OutgoingRules.CheckTarget(endPoint, options, connect.EndPoint, Refusal);
        OutgoingRules.CheckProtocol(connect.Protocol, connect.EndPoint, Refusal);
        _certificates.Add(options.Tls);
        Selector selector = _selectors.On(options.LoopOf?.Loop, ref _nextSelector);
        ConnectionMetrics metrics = endPoint.UnixPath is null
            ? _tcpMetrics ??= selector.Metrics.Of(ConnectionOrigin.OfConnects(isUnix: false))
            : _unixMetrics ??= selector.Metrics.Of(ConnectionOrigin.OfConnects(isUnix: true));
        DialTarget target = new(endPoint, options, selector, _resolver, metrics);
        Context.ActorOf(DialerActor.Props(target, connect, Sender));
    }

    private void Start(ClientOptions? options, CheckedClientOptions? client = null)
    {
        string? name = options?.Name;
        try
        {
            client ??= OutgoingRules.Settle(options!, endPoints: null, _settings.Client, _settings.Reconnect, Refusal);
            _certificates.Add(client.Connect.Tls);
            name ??= FreeName();
            if (_gaveUp.Succeed(Context.Child(name), new FinishedClients.Successor(client, Sender)))
            {
                Context.Child(name).Tell(Close.Instance, Self);
                return;
            }

            RequireName(name, Refusal, name);
            IActorRef actor = Context.ActorOf(
                ClientActor.Props(
                    client,
                    _selectors.On(client.Connect.LoopOf?.Loop, ref _nextSelector),
                    _resolver,
                    Sender
                ),
                name
            );
            _clients.Add(Context.Watch(actor), Sender);
        }
        catch (Exception fault)
        {
            // As in Listen: an invalid request must not affect others.
            ReactorException reason =
                fault as ReactorException ?? new ReactorConfigurationException("client", fault.Message, fault);
            Sender.Tell(new StartClientFailed(name, reason), Self);
        }
    }

    // A client whose protocol cannot be created has never started. Without this answer, the actor that asked for it would wait in
    // vain.
    private bool StartClientFailed(Exception cause)
    {
        if (!_clients.TryGetValue(Sender, out IActorRef? asker))
        {
            return false;
        }

        if (cause is ActorInitializationException { InnerException: { } fault })
        {
            asker.Tell(
                new StartClientFailed(
                    Sender.Path.Name,
                    new ReactorConfigurationException("protocol", fault.Message, fault)
                ),
                Self
            );
        }

        return true;
    }

    private string FreeName()
    {
        string name;
        do
        {
            name = $"client-{++_clientNumber}";
        } while (!Context.Child(name).IsNobody());

        return name;
    }

    private static string AcceptorOf(string name) => $"{name}-acceptor";

    // A client has one actor, a listener has two. Their names must be free.
    private static void RequireName(
        string name,
        Func<string, string, Exception> error,
        params ReadOnlySpan<string> actors
    )
    {
        if (!ActorPath.IsValidPathElement(name))
        {
            throw error("name", $"is {name}, which is not a valid actor name");
        }

        foreach (string actor in actors)
        {
            if (!Context.Child(actor).IsNobody())
            {
                throw error("name", $"is {name}, which is already taken by a listener or a client");
            }
        }
    }

    private static ReactorConfigurationException Refusal(string key, string problem) => new(key, problem);

    private void CloseAll()
    {
        _closers.Add(Sender);
        foreach (IActorRef client in _clients.Keys)
        {
            client.Tell(Close.Instance, Self);
        }

        AnswerClosers();
    }

    private void AnswerClosers()
    {
        if (_clients.Count == 0)
        {
            foreach (IActorRef closer in _closers)
            {
                closer.Tell(Done.Instance, Self);
            }

            _closers.Clear();
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < TimeSpan.Zero || other < one ? other : one;
}
