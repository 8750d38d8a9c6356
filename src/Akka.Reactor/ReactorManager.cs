using System;
using System.Collections.Generic;
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
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<IActorRef, Listener> _listeners = [];
    private readonly HashSet<IActorRef> _draining = [];
    private readonly List<IActorRef> _drainers = [];
    private int _aborted;
    private int _listenerNumber;
    private uint _nextSelector;
    private uint _nextHome;

    public ReactorManager(ReactorSettings settings, IReadOnlyList<Selector> selectors)
    {
        _settings = settings;
        _selectors = selectors;
    }

    internal static Props Props(ReactorSettings settings, IReadOnlyList<Selector> selectors) =>
        Akka.Actor.Props.Create(() => new ReactorManager(settings, selectors));

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
            case DrainCompleted drained:
                ListenerDrained(Sender, drained.Aborted);
                break;
            case Terminated terminated:
                _listeners.Remove(terminated.ActorRef);
                ListenerDrained(terminated.ActorRef, 0);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Listen(Bind bind)
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
        else if (options.AcceptBatch < 1 || options.MaxConnections < 1 || options.MaxConnectionsPerAddress < 1)
        {
            Refuse(bind, "accept-batch, max-connections and max-connections-per-address must be at least 1");
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
            IActorRef connections = Context.ActorOf(ConnectionsSupervisor.Props(listener), name);
            IActorRef acceptor = Context.ActorOf(
                AcceptorActor.Props(listener, connections, Sender),
                $"{name}-acceptor"
            );
            _listeners.Add(Context.Watch(acceptor), listener);
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
        if (
            !ReactorEndPoint.TryParse(connect.EndPoint, out ReactorEndPoint? endPoint)
            || (endPoint.Port == 0 && endPoint.UnixPath is null)
        )
        {
            ReactorConfigurationException reason = new(
                connect.EndPoint,
                $"an end point to connect to must be {ReactorEndPoint.Allowed}"
            );
            Sender.Tell(new ConnectFailed(connect.EndPoint, reason), Self);
            return;
        }

        if (endPoint.UnixPath is not null && endPoint.UnixAddress(out string problem) is null)
        {
            ReactorConfigurationException reason = new(connect.EndPoint, problem);
            Sender.Tell(new ConnectFailed(connect.EndPoint, reason), Self);
            return;
        }

        if (!typeof(ProtocolActor).IsAssignableFrom(connect.Protocol.Type))
        {
            ReactorConfigurationException reason = new(
                connect.EndPoint,
                $"{connect.Protocol.Type} cannot own an outgoing connection; it must be a ProtocolActor"
            );
            Sender.Tell(new ConnectFailed(connect.EndPoint, reason), Self);
            return;
        }

        Selector selector = _selectors.Next(ref _nextSelector);
        Context.ActorOf(DialerActor.Props(endPoint, connect, connect.Options ?? _settings.Client, selector, Sender));
    }

    private void DrainAll(Func<Listener, TimeSpan?> timeout)
    {
        if (_drainers.Count == 0)
        {
            _aborted = 0;
        }

        _drainers.Add(Sender);
        foreach ((IActorRef acceptor, Listener listener) in _listeners)
        {
            _draining.Add(acceptor);
            acceptor.Tell(new Drain(timeout(listener)), Self);
        }

        AnswerDrainer();
    }

    private void ListenerDrained(IActorRef acceptor, int aborted)
    {
        if (_draining.Remove(acceptor))
        {
            _aborted += aborted;
            AnswerDrainer();
        }
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
}
