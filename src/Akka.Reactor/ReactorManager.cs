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

        IPAddress? address = string.Equals(endPoint.Host, "localhost", StringComparison.Ordinal)
            ? IPAddress.Loopback
            : endPoint.Address;
        string name = options.Name ?? $"listener-{++_listenerNumber}";
        if (address is null)
        {
            Refuse(bind, "the host must be an address or localhost");
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
                new IPEndPoint(address, endPoint.Port),
                bind.Protocol,
                options,
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

    private void Refuse(Bind bind, string reason) =>
        Sender.Tell(new BindFailed(bind.EndPoint, new BindException(bind.EndPoint, reason)), Self);

    private void Dial(Connect connect)
    {
        if (!ReactorEndPoint.TryParse(connect.EndPoint, out ReactorEndPoint? endPoint) || endPoint.Port == 0)
        {
            ReactorConfigurationException reason = new(
                connect.EndPoint,
                $"an end point to connect to must be {ReactorEndPoint.Allowed}"
            );
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

        Selector selector = _selectors[(int)(_nextSelector++ % (uint)_selectors.Count)];
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
