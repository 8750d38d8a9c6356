using System;
using Akka.Actor;
using Akka.Reactor.Selectors;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Clients.Dial;

/// <summary>
/// Serves one <see cref="Connect"/>: makes the connection once, and then the protocol for it, whose parent it is. Gives up if
/// the asker stops before that.
/// </summary>
internal sealed class DialerActor : OutgoingActor
{
    private readonly Connect _connect;
    private readonly IActorRef _asker;
    private bool _answered;

    public DialerActor(
        ReactorEndPoint endPoint,
        Connect connect,
        ConnectOptions options,
        Selector selector,
        INameResolver resolver,
        IActorRef asker
    )
        : base(endPoint, options, selector, resolver)
    {
        _connect = connect;
        _asker = asker;
    }

    internal static Props Props(
        ReactorEndPoint endPoint,
        Connect connect,
        ConnectOptions options,
        Selector selector,
        INameResolver resolver,
        IActorRef asker
    ) =>
        Akka
            .Actor.Props.Create(() => new DialerActor(endPoint, connect, options, selector, resolver, asker))
            .WithDispatcher(selector.DispatcherId);

    protected override void PreStart()
    {
        if (!_asker.IsNobody() && !_asker.Equals(Context.System.DeadLetters))
        {
            Context.Watch(_asker);
        }

        base.PreStart();
    }

    // One request gets one answer, so a restart does not make the connection again.
    protected override void PostRestart(Exception reason)
    {
        // The previous instance has answered.
        _answered = true;
        Context.Stop(Self);
    }

    protected override void PostStop()
    {
        base.PostStop();
        Answer(new TransportClosedException(CloseReason.Aborted));
    }

    protected override void OnConnected()
    {
        IActorRef protocol = SwapProtocol(_connect.Protocol);
        _answered = true;
        Context.Unwatch(_asker);
        _asker.Tell(new ConnectionMade(protocol, Connection with { Transport = Transport }), Self);
    }

    protected override void OnMessage(object message)
    {
        if (message is Terminated)
        {
            // The asker is gone and needs no answer.
            _answered = true;
            Context.Stop(Self);
        }
        else
        {
            base.OnMessage(message);
        }
    }

    protected override void OnNotConnected(Closed closed) =>
        Answer(closed.Cause ?? new TransportClosedException(closed.Reason));

    private protected override void OnUnreachable(ReactorException reason)
    {
        Answer(reason);
        Context.Stop(Self);
    }

    private void Answer(ReactorException failure)
    {
        if (!_answered)
        {
            _answered = true;
            _asker.Tell(new ConnectFailed(_connect.EndPoint, failure), Self);
        }
    }
}
