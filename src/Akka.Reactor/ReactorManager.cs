using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Clients;
using Akka.Reactor.Configuration;
using Akka.Reactor.Listeners;
using Akka.Reactor.Selectors;

namespace Akka.Reactor;

/// <summary>To the manager: drain every listener, each within its own <c>drain-timeout</c> or this, whichever is shorter.</summary>
internal sealed record DrainWithin(TimeSpan Most) : INoSerializationVerificationNeeded;

/// <summary>
/// <c>/user/reactor</c>: the parent of listeners and outgoing connections. Per listener NAME there are two children: NAME,
/// the supervisor of its connections (so that HOCON deployment reaches <c>/reactor/NAME/*</c>), and NAME-acceptor.
/// </summary>
internal sealed class ReactorManager : UntypedActor
{
    private readonly ReactorSettings _settings;
    private readonly IReadOnlyList<Selector> _selectors;
    private readonly Resolver _resolver;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    // By either of its actors, as long as that lives.
    private readonly Dictionary<IActorRef, Listening> _listeners = [];
    private readonly HashSet<Listening> _draining = [];
    private readonly List<IActorRef> _drainers = [];
    private int _aborted;
    private int _listenerNumber;
    private uint _nextSelector;
    private uint _nextHome;

    public ReactorManager(ReactorSettings settings, IReadOnlyList<Selector> selectors, Resolver resolver)
    {
        _resolver = resolver;
        _settings = settings;
        _selectors = selectors;
    }

    internal static Props Props(ReactorSettings settings, IReadOnlyList<Selector> selectors, Resolver resolver) =>
        Akka.Actor.Props.Create(() => new ReactorManager(settings, selectors, resolver));

    // A crashed acceptor goes on with its socket; a supervisor of connections has no state to lose but its children,
    // and a dialer's connection is lost with it.
    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(
            cause => cause is ActorInitializationException ? Directive.Stop : Directive.Restart,
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
            case Drain drain:
                DrainAll(_ => drain.Timeout);
                break;
            case DrainWithin within:
                DrainAll(listener => Shorter(listener.Options.DrainTimeout, within.Most));
                break;
            case Terminated terminated when _listeners.Remove(terminated.ActorRef, out Listening? listening):
                ActorEnded(listening);
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
                (key, problem) => new BindException(bind.EndPoint, $"{key} {problem}")
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
            BindException failure = new(bind.EndPoint, fault.Message.TrimEnd('.'), innerException: fault);
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
                listener.Failure ?? new BindException(listener.EndPoint, "the listener was stopped");
            listening.Binder.Tell(new BindFailed(listener.EndPoint, failure), listening.Acceptor);
        }

        foreach (IActorRef drainer in listener.Drainers.Where(drainer => !drainer.Equals(Self)))
        {
            drainer.Tell(new DrainCompleted(listener.Aborted), listening.Acceptor);
        }

        if (_draining.Remove(listening))
        {
            _aborted += listener.Aborted;
            AnswerDrainer();
        }
    }

    private static EndPoint? AddressOf(ReactorEndPoint endPoint, out string problem)
    {
        if (endPoint.UnixPath is not null)
        {
            return endPoint.UnixAddress(out problem);
        }

        problem = "the host must be an address or localhost";
        IPAddress? address = string.Equals(endPoint.Host, "localhost", StringComparison.Ordinal)
            ? IPAddress.Loopback
            : endPoint.Address;
        return address is null ? null : new IPEndPoint(address, endPoint.Port);
    }

    private void Refuse(Bind bind, string reason) =>
        Sender.Tell(new BindFailed(bind.EndPoint, new BindException(bind.EndPoint, reason)), Self);

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
        if (
            !ReactorEndPoint.TryParse(connect.EndPoint, out ReactorEndPoint? endPoint)
            || (endPoint.Port == 0 && endPoint.UnixPath is null)
        )
        {
            throw new ReactorConfigurationException(
                connect.EndPoint,
                $"an end point to connect to must be {ReactorEndPoint.Allowed}"
            );
        }

        if (endPoint.UnixPath is not null && endPoint.UnixAddress(out string problem) is null)
        {
            throw new ReactorConfigurationException(connect.EndPoint, problem);
        }

        if (connect.Protocol is null)
        {
            throw new ReactorConfigurationException(
                connect.EndPoint,
                "the protocol is null; it must be the Props of a ProtocolActor"
            );
        }

        if (!typeof(ProtocolActor).IsAssignableFrom(connect.Protocol.Type))
        {
            throw new ReactorConfigurationException(
                connect.EndPoint,
                $"{connect.Protocol.Type} cannot own an outgoing connection; it must be a ProtocolActor"
            );
        }

        Selector selector = _selectors.Next(ref _nextSelector);
        ConnectOptions options = connect.Options ?? _settings.Client;
        Context.ActorOf(DialerActor.Props(endPoint, connect, options, selector, _resolver, Sender));
    }

    private void DrainAll(Func<Listener, TimeSpan?> timeout)
    {
        if (_drainers.Count == 0)
        {
            _aborted = 0;
        }

        _drainers.Add(Sender);
        foreach (Listening listening in _listeners.Values.Distinct())
        {
            _draining.Add(listening);
            listening.Acceptor.Tell(new Drain(timeout(listening.Listener)), Self);
        }

        AnswerDrainer();
    }

    private void AnswerDrainer()
    {
        if (_draining.Count == 0)
        {
            foreach (IActorRef drainer in _drainers)
            {
                drainer.Tell(new DrainCompleted(_aborted), Self);
            }

            _drainers.Clear();
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < TimeSpan.Zero || other < one ? other : one;

    /// <param name="Listener">What its actors share; this actor's to look at when both are gone.</param>
    /// <param name="Acceptor">NAME-acceptor.</param>
    /// <param name="Connections">NAME.</param>
    /// <param name="Binder">Who asked for it.</param>
    private sealed record Listening(Listener Listener, IActorRef Acceptor, IActorRef Connections, IActorRef Binder);
}
