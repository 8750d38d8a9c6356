using System;
using System.Buffers;
using Akka.Actor;

namespace Akka.Reactor.Clients.Dial;

/// <summary>
/// Serves one <see cref="Connect"/>: makes the connection once, and then the protocol for it, whose parent it is. Gives up if
/// the asker stops before that.
/// </summary>
internal sealed class DialerActor : ProtocolActor
{
    private readonly OutgoingConnection _outgoing;
    private readonly Connect _connect;
    private readonly IActorRef _asker;
    private bool _answered;

    public DialerActor(DialTarget target, Connect connect, IActorRef asker)
    {
        _outgoing = new OutgoingConnection(target, Context, OnUnreachable);
        _connect = connect;
        _asker = asker;
    }

    internal static Props Props(DialTarget target, Connect connect, IActorRef asker) =>
        Akka
            .Actor.Props.Create(() => new DialerActor(target, connect, asker))
            .WithDispatcher(target.Selector.DispatcherId);

    protected override SupervisorStrategy SupervisorStrategy() => _outgoing.Supervision(Log);

    protected override void PreStart()
    {
        if (!_asker.IsNobody() && !_asker.Equals(Context.System.DeadLetters))
        {
            Context.Watch(_asker);
        }

        _outgoing.Start();
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
        _outgoing.Stop();
        Answer(new TransportClosedException(CloseReason.Aborted));
    }

    protected override void OnConnected()
    {
        IActorRef protocol = SwapProtocol(_connect.Protocol);
        _answered = true;
        Context.Unwatch(_asker);
        _asker.Tell(new ConnectionMade(protocol, Connection with { Transport = Transport }), Self);
    }

    // Bytes that arrive before the protocol exists are kept for it.
    protected override long OnReceived(ReadOnlySequence<byte> data) => 0;

    protected override void OnPeerFinished() { }

    protected override void OnMessage(object message)
    {
        if (message is Terminated)
        {
            // The asker is gone and needs no answer.
            _answered = true;
            Context.Stop(Self);
        }
        else if (!_outgoing.Handle(message))
        {
            base.OnMessage(message);
        }
    }

    protected override void OnNotConnected(Closed closed) =>
        Answer(closed.Cause ?? new TransportClosedException(closed.Reason));

    private void OnUnreachable(ReactorException reason)
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
