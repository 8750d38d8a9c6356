using System;
using Akka.Actor;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>An owner that is any actor, and speaks to its transport itself.</summary>
internal sealed class PlannedActor(Func<Connected?, ConnectionPlan> plans, IActorRef courier) : UntypedActor, IOwner
{
    private PlannedOwner? _owner;
    private Connected? _connected;
    private ConnectionTimer? _timer;
    private IActorRef _transport = ActorRefs.Nobody;
    private bool _gave;

    internal static Props Props(Func<Connected?, ConnectionPlan> plans, IActorRef courier, string dispatcher = "")
    {
        Props props = Akka.Actor.Props.Create(() => new PlannedActor(plans, courier));
        return dispatcher.Length == 0 ? props : props.WithDispatcher(dispatcher);
    }

    IActorRef IOwner.Self => Self;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Connected connected when _owner is null:
                _connected = connected;
                _transport = connected.Transport;
                ConnectionPlan plan = plans(connected);
                plan.Highest = _transport;
                _owner = new PlannedOwner(plan, courier, this);
                _owner.Connected(connected);
                break;
            case Connected:
                // From a layer of its own.
                break;
            case Received received:
                Sender.Tell(new Consumed(received.Data.Length), Self);
                _owner!.Received(received.Data);
                break;
            case PeerFinished:
                _owner!.PeerFinished();
                break;
            case Writable:
                _owner!.Writable();
                break;
            case Tick:
                _owner!.Tick();
                break;
            case Closed closed when _owner is null:
                // The connection was over when it was given on.
                plans(null).Unmet.Add(closed.Reason);
                Context.Stop(Self);
                break;
            case Closed when !Sender.Equals(_transport):
                // Of a transport below: the layer on it tells the end too.
                break;
            case Closed closed:
                _owner!.Closed(closed);
                if (!_gave)
                {
                    Context.Stop(Self);
                }

                break;
            case Terminated:
                // Its successor.
                Context.Stop(Self);
                break;
            default:
                if (!(_owner?.Answered(message) ?? plans(null).NoteAnswer(message)))
                {
                    Unhandled(message);
                }

                break;
        }
    }

    protected override void PostStop()
    {
        _timer?.Stop();
        base.PostStop();
    }

    void IOwner.Tell(ITransportCommand command, IActorRef? sender) => _transport.Tell(command, sender);

    bool IOwner.Paces(IActorRef? sender) => false;

    void IOwner.Suspend() => _transport.Tell(new SuspendReading(), Self);

    void IOwner.Resume() => _transport.Tell(new ResumeReading(), Self);

    void IOwner.Close() => _transport.Tell(new Close(), Self);

    void IOwner.CloseWrite() => _transport.Tell(new CloseWrite(), Self);

    void IOwner.Abort() => _transport.Tell(new Abort(), Self);

    void IOwner.PutLayer()
    {
        IActorRef lower = _transport;
        _transport = Context.ActorOf(_owner!.Plan.Plant.Layer(lower).WithDispatcher(_connected!.Dispatcher));
        _owner.Plan.Highest = _transport;
    }

    void IOwner.HandOn()
    {
        _owner!.Wake();
        _gave = true;
        ConnectionPlan plan = _owner.Plan;
        IActorRef successor = Context.ActorOf(Props(_ => plan, courier, _connected!.Dispatcher));
        Context.Watch(successor);
        _transport.Tell(new Claim(successor), Self);
    }

    void IOwner.TickAfter(TimeSpan delay) =>
        (_timer ??= new ConnectionTimer(_connected!.Loop, Self, Tick.Instance)).Start(delay);

    void IOwner.Stop() => Context.Stop(Self);

    /// <summary>Time for the next step.</summary>
    internal sealed record Tick
    {
        internal static Tick Instance { get; } = new();
    }
}
