using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Clients;
using Akka.Reactor.Clients.Dial;
using Akka.Reactor.Configuration;
using Akka.Reactor.Layers.Tls;
using Akka.Reactor.Listeners;
using Akka.Reactor.Selectors;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

/// <summary>To the manager: drain every listener, each within its own <c>drain-timeout</c> or this, whichever is shorter.</summary>
internal sealed record DrainWithin(TimeSpan Most) : INoSerializationVerificationNeeded;

/// <summary>To the manager: <see cref="Close"/> to every client; answered with <see cref="Done"/> once there is none.</summary>
internal sealed class CloseClients : INoSerializationVerificationNeeded
{
    internal static readonly CloseClients Instance = new();
}

/// <summary>
/// <c>/user/reactor</c>: the parent of listeners, clients and outgoing connections. A client NAME is one child; its protocol is
/// <c>/reactor/NAME/protocol</c>. Per listener NAME there are two children: NAME,
/// the supervisor of its connections (so that HOCON deployment reaches <c>/reactor/NAME/*</c>), and NAME-acceptor.
/// </summary>
internal sealed class ReactorManager : UntypedActor
{
    private readonly ReactorOptions _settings;
    private readonly IReadOnlyList<Selector> _selectors;
    private readonly INameResolver _resolver;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    // By either of its actors, as long as that lives.
    private readonly Dictionary<IActorRef, Listening> _listeners = [];

    // With whoever has asked for it.
    private readonly Dictionary<IActorRef, IActorRef> _clients = [];
    private readonly FinishedClients _gaveUp = new();
    private readonly HashSet<Listening> _draining = [];
    private readonly List<IActorRef> _drainers = [];
    private readonly List<IActorRef> _closers = [];
    private readonly DrainPhase _drainPhase;
    private readonly KeyFileWarnings _keyFiles;
    private int _finished;
    private int _aborted;
    private int _listenerNumber;
    private int _clientNumber;
    private uint _nextSelector;
    private uint _nextHome;

    public ReactorManager(ReactorOptions settings, IReadOnlyList<Selector> selectors, INameResolver resolver)
    {
        _resolver = resolver;
        _settings = settings;
        _selectors = selectors;
        _keyFiles = new KeyFileWarnings(_log);
        TimeSpan timeout = CoordinatedShutdown.Get(Context.System).Timeout(DrainPhase.Name);
        _drainPhase = new DrainPhase(
            settings.Listener,
            [.. settings.Listeners.Select(bind => bind.Options?.Name)],
            timeout,
            _log
        );
    }

    internal static Props Props(ReactorOptions settings, IReadOnlyList<Selector> selectors, INameResolver resolver) =>
        Akka.Actor.Props.Create(() => new ReactorManager(settings, selectors, resolver));

    // A crashed acceptor goes on with its socket; a supervisor of connections has no state to lose but its children,
    // and a dialer's connection is lost with it. A client that fails does so because it is to escalate: nobody is above us to
    // do anything about it.
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
            case Connect connect:
                Dial(connect);
                break;
            case StartClient start:
                Start(start);
                break;
            case Drain drain:
                DrainAll(_ => drain.Timeout);
                break;
            case DrainWithin within:
                DrainAll(listener => Shorter(listener.Options.DrainTimeout, within.Most));
                break;
            case CloseClients:
                CloseAll();
                break;
            case Terminated terminated when _listeners.Remove(terminated.ActorRef, out Listening? listening):
                ActorEnded(listening);
                break;
            case ClientActor.GivenUp:
                _gaveUp.Add(Sender)?.Tell(Close.Instance, Self);
                break;
            case Terminated terminated when _clients.Remove(terminated.ActorRef):
                if (_gaveUp.Gone(terminated.ActorRef) is { } successor)
                {
                    Self.Tell(successor.Start, successor.Asker);
                }

                AnswerClosers();
                break;
            case Terminated:
                // Of nobody here: to leave it unhandled would be the end of this actor.
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // Its children are gone by now, and it has not heard of that yet.
    protected override void PostStop()
    {
        foreach (Listening listening in _listeners.Values.Distinct().ToArray())
        {
            Answer(listening);
        }
    }

    private void Listen(Bind bind)
    {
        try
        {
            OptionRules.Check(
                bind.Options ?? _settings.Listener,
                (key, problem) => new BindException(bind.EndPoint, bind.Options?.Name, $"{key} {problem}")
            );
            ListenChecked(bind);
        }
        catch (BindException refusal)
        {
            Sender.Tell(new BindFailed(bind.EndPoint, refusal), Self);
        }
        catch (Exception fault)
        {
            // Whatever somebody asks for, the other listeners go on.
            BindException failure = new(
                bind.EndPoint,
                bind.Options?.Name,
                fault.Message.TrimEnd('.'),
                innerException: fault
            );
            Sender.Tell(new BindFailed(bind.EndPoint, failure), Self);
        }
    }

    private void ListenChecked(Bind bind)
    {
        ListenerOptions options = bind.Options ?? _settings.Listener;
        if (!ReactorEndPoint.TryParse(bind.EndPoint, out ReactorEndPoint? endPoint))
        {
            Refuse(bind, $"it must be {ReactorEndPoint.Allowed}");
            return;
        }

        EndPoint? address = AddressOf(endPoint, out string problem);
        string name = options.Name ?? $"listener-{++_listenerNumber}";
        if (address is null)
        {
            Refuse(bind, problem);
        }
        else if (bind.Protocol is null)
        {
            Refuse(bind, "the protocol is null; it must be the Props of an actor");
        }
        else if (endPoint.Secure && options.Tls is null)
        {
            Refuse(bind, "tls:// needs a certificate (ListenerOptions.Tls)");
        }
        else if (!ActorPath.IsValidPathElement(name))
        {
            Refuse(bind, $"the name {name} cannot be an actor's name");
        }
        else if (!Context.Child(name).IsNobody() || !Context.Child($"{name}-acceptor").IsNobody())
        {
            Refuse(bind, $"there is a listener named {name} already");
        }
        else
        {
            Listener listener = new(
                name,
                bind.EndPoint,
                endPoint.Secure,
                address,
                bind.Protocol,
                options,
                _selectors.Next(ref _nextHome),
                _selectors,
                _log
            );
            Begin(listener);
        }
    }

    private void Begin(Listener listener)
    {
        _drainPhase.Check(listener);
        _keyFiles.Check(listener.Options.Tls?.Certificate);
        IActorRef connections = Context.ActorOf(ConnectionsSupervisor.Props(listener), listener.Name);
        try
        {
            IActorRef acceptor = Context.ActorOf(
                AcceptorActor.Props(listener, connections, Sender),
                $"{listener.Name}-acceptor"
            );
            Listening listening = new(listener, acceptor, connections, Sender);
            _listeners.Add(Context.Watch(acceptor), listening);
            _listeners.Add(Context.Watch(connections), listening);
        }
        catch
        {
            Context.Stop(connections);
            throw;
        }
    }

    // Without one of them the other is of no use. With both gone their names are free, and everybody is told.
    private void ActorEnded(Listening listening)
    {
        if (_listeners.ContainsKey(listening.Acceptor))
        {
            Context.Stop(listening.Acceptor);
        }
        else if (_listeners.ContainsKey(listening.Connections))
        {
            Context.Stop(listening.Connections);
        }
        else
        {
            Answer(listening);
        }
    }

    private void Answer(Listening listening)
    {
        Listener listener = listening.Listener;
        if (!listener.IsBound)
        {
            BindException failure =
                listener.Failure
                ?? new BindException(listener.EndPoint, listener.Options.Name, "the listener was stopped");
            listening.Binder.Tell(new BindFailed(listener.EndPoint, failure), listening.Acceptor);
        }

        foreach (IActorRef drainer in listener.Drainers.Where(drainer => !drainer.Equals(Self)))
        {
            drainer.Tell(new DrainCompleted(listener.Aborted), listening.Acceptor);
        }

        if (_draining.Remove(listening))
        {
            _finished += listener.Finished;
            _aborted += listener.Aborted;
            ListenerDrained();
        }
        else if (listener.Drainers.Count > 0)
        {
            _log.Info(
                "{0}: drained: {1} connections finished, {2} were aborted",
                listener.Name,
                listener.Finished,
                listener.Aborted
            );
        }
    }

    private static EndPoint? AddressOf(ReactorEndPoint endPoint, out string problem)
    {
        if (endPoint.UnixPath is not null)
        {
            return endPoint.UnixAddress(out problem);
        }

        if (endPoint.UnknownZone is { } zone)
        {
            problem = $"this machine has no network interface {zone}";
            return null;
        }

        problem = "the host must be an address or localhost";
        IPAddress? address = string.Equals(endPoint.Host, "localhost", StringComparison.Ordinal)
            ? IPAddress.Loopback
            : endPoint.Address;
        return address is null ? null : new IPEndPoint(address, endPoint.Port);
    }

    private void Refuse(Bind bind, string reason) =>
        Sender.Tell(new BindFailed(bind.EndPoint, new BindException(bind.EndPoint, bind.Options?.Name, reason)), Self);

    private void Dial(Connect connect)
    {
        try
        {
            OptionRules.Check(
                connect.Options ?? _settings.Client,
                (key, problem) => new ReactorConfigurationException(key, problem)
            );
            DialChecked(connect);
        }
        catch (Exception fault)
        {
            // As for listeners.
            ReactorException reason =
                fault as ReactorException ?? new ReactorConfigurationException(connect.EndPoint, fault.Message, fault);
            Sender.Tell(new ConnectFailed(connect.EndPoint, reason), Self);
        }
    }

    private void DialChecked(Connect connect)
    {
        ConnectOptions options = connect.Options ?? _settings.Client;
        ReactorEndPoint endPoint = OutgoingRules.Target(connect.EndPoint, options, connect.EndPoint, Refusal);
        OutgoingRules.CheckProtocol(connect.Protocol, connect.EndPoint, Refusal);
        _keyFiles.Check(options.Tls?.ClientCertificate);
        Selector selector = _selectors.On(options.LoopOf?.Loop, ref _nextSelector);
        Context.ActorOf(DialerActor.Props(endPoint, connect, options, selector, _resolver, Sender));
    }

    private void Start(StartClient start)
    {
        string? name = start.Options?.Name;
        try
        {
            CheckedClientOptions client = OutgoingRules.Settle(
                start.Options!,
                _settings.Client,
                _settings.Reconnect,
                Refusal
            );
            _keyFiles.Check(client.Connect.Tls?.ClientCertificate);
            name ??= FreeName();
            if (_gaveUp.Succeed(Context.Child(name), new FinishedClients.Successor(start, Sender)))
            {
                Context.Child(name).Tell(Close.Instance, Self);
                return;
            }

            RequireName("name", name);
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
            // As for listeners.
            ReactorException reason =
                fault as ReactorException ?? new ReactorConfigurationException("client", fault.Message, fault);
            Sender.Tell(new StartClientFailed(name, reason), Self);
        }
    }

    // One whose protocol no actor can be made of has never started, and whoever asked for it would wait in vain.
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

    // Of listeners, which have two actors each, and of clients.
    private void RequireName(string key, string name)
    {
        if (!ActorPath.IsValidPathElement(name))
        {
            throw Refusal(key, $"is {name}, which cannot be an actor's name");
        }

        if (!Context.Child(name).IsNobody())
        {
            throw Refusal(key, $"is {name}, which a listener or a client has already");
        }
    }

    private static ReactorConfigurationException Refusal(string key, string problem) => new(key, problem);

    private void DrainAll(Func<Listener, TimeSpan?> timeout)
    {
        if (_drainers.Count == 0)
        {
            _finished = 0;
            _aborted = 0;
        }

        _drainers.Add(Sender);
        foreach (Listening listening in _listeners.Values.Distinct())
        {
            _draining.Add(listening);
            listening.Acceptor.Tell(new Drain(timeout(listening.Listener)), Self);
        }

        if (_draining.Count == 0)
        {
            // There is no listener, and so nothing to say.
            AnswerDrainers();
        }
    }

    private void ListenerDrained()
    {
        if (_draining.Count == 0)
        {
            _log.Info("Drained: {0} connections finished, {1} were aborted", _finished, _aborted);
            AnswerDrainers();
        }
    }

    private void AnswerDrainers()
    {
        foreach (IActorRef drainer in _drainers)
        {
            drainer.Tell(new DrainCompleted(_aborted), Self);
        }

        _drainers.Clear();
    }

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

    /// <param name="Listener">What its actors share; this actor's to look at when both are gone.</param>
    /// <param name="Acceptor">NAME-acceptor.</param>
    /// <param name="Connections">NAME.</param>
    /// <param name="Binder">Who asked for it.</param>
    private sealed record Listening(Listener Listener, IActorRef Acceptor, IActorRef Connections, IActorRef Binder);
}
