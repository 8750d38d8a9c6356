using System;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Actor;

/// <summary>Become, ReceiveActor and async receive.</summary>
public sealed class BehaviorSpec : KernelSpec
{
    [Fact]
    public void Become_replaces_and_become_stacked_can_be_undone()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Moody(TestActor)));
        foreach (string text in new[] { "x", "become", "x", "stack", "x", "unstack", "x" })
            actor.Tell(text);
        ExpectMsg("first x");
        ExpectMsg("second x");
        ExpectMsg("third x");
        ExpectMsg("second x");
    }

    [Fact]
    public void What_an_actor_began_with_is_never_lost()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Moody(TestActor)));
        foreach (string text in new[] { "become", "become", "x", "unstack", "x", "unstack", "x" })
            actor.Tell(text);
        ExpectMsg("second x");
        ExpectMsg("first x");
        ExpectMsg("first x");
    }

    [Fact]
    public void The_first_handler_that_fits_takes_the_message()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Sorter(TestActor)));
        actor.Tell("long text");
        ExpectMsg("long");
        actor.Tell("text");
        ExpectMsg("string");
        actor.Tell(1);
        ExpectMsg("func");
        actor.Tell(2);
        ExpectMsg("any");
        actor.Tell(1.5);
        ExpectMsg("typed");
    }

    [Fact]
    public void What_no_handler_takes_is_unhandled()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        IActorRef actor = Sys.ActorOf(Props.Create(() => new OnlyNumbers()));
        actor.Tell("text");
        UnhandledMessage unhandled = ExpectMsg<UnhandledMessage>();
        Assert.Equal("text", unhandled.Message);
        Assert.Equal(actor, unhandled.Recipient);
        Assert.Equal(TestActor, unhandled.Sender);
    }

    [Fact]
    public void No_handler_can_follow_one_that_takes_all()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new AnyThenMore()));
        Watch(actor);
        ExpectTerminated(actor);
    }

    [Fact]
    public void Handlers_are_configured_in_the_constructor_or_in_become_only()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new ConfiguresLate(TestActor)));
        actor.Tell("now");
        ExpectMsg<InvalidOperationException>();
    }

    [Fact]
    public void No_other_message_comes_between_the_parts_of_an_async_receive()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Async(TestActor)));
        var gate = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        actor.Tell(gate.Task);
        actor.Tell("next");
        ExpectMsg("before");
        ExpectNoMsg(AWhile);
        gate.SetResult("value");
        ExpectMsg("after value");
        Assert.Equal(actor, LastSender);
        ExpectMsg("next");
    }

    [Fact]
    public void An_async_receive_keeps_its_sender()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Async(TestActor)));
        var gate = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var other = CreateTestProbe();
        actor.Tell(gate.Task, other.Ref);
        ExpectMsg("before");
        actor.Tell("next");
        gate.SetResult("value");
        other.ExpectMsg("reply");
        ExpectMsg("after value");
        ExpectMsg("next");
    }

    [Fact]
    public void An_async_receive_that_fails_is_a_failure_of_the_actor()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Async(TestActor)));
        EventFilter
            .Exception<InvalidOperationException>()
            .ExpectOne(() => actor.Tell(Task.FromException<string>(new InvalidOperationException("boom"))));
        ExpectMsg("before");
        ExpectMsg("restarting with message");
        actor.Tell("next");
        ExpectMsg("next");
    }

    [Fact]
    public void An_actor_in_an_async_receive_can_be_stopped()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Async(TestActor)));
        Watch(actor);
        actor.Tell(new TaskCompletionSource<string>().Task);
        ExpectMsg("before");
        Sys.Stop(actor);
        ExpectTerminated(actor);
    }

    private sealed class Moody : UntypedActor
    {
        private readonly IActorRef _log;

        public Moody(IActorRef log)
        {
            _log = log;
        }

        protected override void OnReceive(object message) => React("first", message);

        private void React(string mood, object message)
        {
            switch (message)
            {
                case "become":
                    Become(m => React("second", m));
                    break;
                case "stack":
                    BecomeStacked(m => React("third", m));
                    break;
                case "unstack":
                    UnbecomeStacked();
                    break;
                default:
                    _log.Tell($"{mood} {message}");
                    break;
            }
        }
    }

    private sealed class Sorter : ReceiveActor
    {
        public Sorter(IActorRef log)
        {
            Receive<string>(_ => log.Tell("long"), text => text.Length > 5);
            Receive<string>(_ => log.Tell("string"));
            Receive<int>(number =>
            {
                if (number != 1)
                    return false;
                log.Tell("func");
                return true;
            });
            Receive(typeof(double), _ => log.Tell("typed"));
            ReceiveAny(_ => log.Tell("any"));
        }
    }

    private sealed class OnlyNumbers : ReceiveActor
    {
        public OnlyNumbers()
        {
            Receive<int>(_ => { });
        }
    }

    private sealed class AnyThenMore : ReceiveActor
    {
        public AnyThenMore()
        {
            ReceiveAny(_ => { });
            Receive<int>(_ => { });
        }
    }

    private sealed class ConfiguresLate : ReceiveActor
    {
        public ConfiguresLate(IActorRef log)
        {
            ReceiveAny(_ =>
            {
                try
                {
                    Receive<int>(_ => { });
                }
                catch (InvalidOperationException e)
                {
                    log.Tell(e);
                }
            });
        }
    }

    private sealed class Async : ReceiveActor
    {
        private readonly IActorRef _log;

        public Async(IActorRef log)
        {
            _log = log;
            ReceiveAsync<Task<string>>(async task =>
            {
                log.Tell("before");
                string value = await task;
                if (!Sender.Equals(log))
                    Sender.Tell("reply");
                log.Tell($"after {value}");
            });
            Receive<string>(text => text is not "reply", text => log.Tell(text));
            ReceiveAny(_ => { });
        }

        protected override void PreRestart(Exception reason, object message)
        {
            _log.Tell(message is Task<string> ? "restarting with message" : "restarting without message");
            base.PreRestart(reason, message);
        }
    }
}
