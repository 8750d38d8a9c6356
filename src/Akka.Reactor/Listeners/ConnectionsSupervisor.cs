using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Listeners;

/// <summary>
/// The parent of a listener's protocol actors. A server protocol is never restarted: when it fails, it is stopped, and its
/// connection ends too.
/// </summary>
internal sealed class ConnectionsSupervisor : UntypedActor
{
    private readonly Listener _listener;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    // The key is the dispatcher, because all connections on one loop share their Props.
    private readonly Dictionary<string, Props> _protocols = new(StringComparer.Ordinal);

    public ConnectionsSupervisor(Listener listener)
    {
        _listener = listener;
    }

    internal static Props Props(Listener listener) =>
        Akka.Actor.Props.Create(() => new ConnectionsSupervisor(listener)).WithDispatcher(listener.Home.DispatcherId);

    protected override SupervisorStrategy SupervisorStrategy() =>
        new ReportingStrategy(
            (_, _) => Directive.Stop,
            (protocol, cause) => CrashLog.Write(_log, _listener.Name, protocol, cause)
        );

    protected override void PostStop() => _listener.DropWaiting();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AcceptedWaiting:
                while (_listener.Waiting.TryDequeue(out Accepted accepted))
                {
                    Begin(accepted);
                }

                break;
            case Draining:
                foreach (IActorRef protocol in Context.GetChildren())
                {
                    protocol.Tell(message, Self);
                }

                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Begin(Accepted accepted)
    {
        Channel channel;
        IActorRef protocol;
        try
        {
            channel = _listener.CreateChannel(accepted.Descriptor, accepted.Remote, Context);
            protocol = Context.ActorOf(ProtocolOn(channel.Selector.DispatcherId));
        }
        catch (Exception fault)
        {
            _log.Error(fault, "{0}: cannot start the connection from {1}", _listener.Name, accepted.Remote);
            _listener.Home.Sockets.Reset(accepted.Descriptor);
            _listener.Uncount(accepted.Remote, "start-failed");
            return;
        }

        if (_listener.Options.LogConnections)
        {
            _log.Info("{0}: {1} connected", _listener.Name, accepted.Remote);
        }

        _listener.Start(channel, protocol);
    }

    private Props ProtocolOn(string dispatcher)
    {
        if (!_protocols.TryGetValue(dispatcher, out Props? protocol))
        {
            protocol = _listener.Protocol.OnLoop(dispatcher);
            _protocols.Add(dispatcher, protocol);
        }

        return protocol;
    }
}
