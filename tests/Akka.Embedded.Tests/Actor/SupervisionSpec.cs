using System;
using System.Collections.Generic;
using Akka.Actor;
using Xunit;

namespace Akka.Embedded.Tests.Actor;

public sealed class SupervisionSpec : KernelSpec
{
    [Fact]
    public void Resume_keeps_the_instance_and_its_state()
    {
        (_, IActorRef child) = Family(new OneForOneStrategy(_ => Directive.Resume));
        child.Tell("count");
        ExpectMsg(1);
        child.Tell(new InvalidOperationException("boom"));
        child.Tell("count");
        ExpectMsg(2);
    }

    [Fact]
    public void Restart_makes_a_new_instance_behind_the_same_ref_and_keeps_the_mailbox()
    {
        (_, IActorRef child) = Family(new OneForOneStrategy(_ => Directive.Restart));
        child.Tell("count");
        child.Tell(new InvalidOperationException("boom"));
        child.Tell("count");
        child.Tell("count");
        ExpectMsg(1);
        ExpectMsg(1);
        ExpectMsg(2);
    }

    [Fact]
    public void Stop_ends_the_child()
    {
        (_, IActorRef child) = Family(new OneForOneStrategy(_ => Directive.Stop));
        Watch(child);
        child.Tell(new InvalidOperationException("boom"));
        ExpectTerminated(child);
    }

    [Fact]
    public void Escalate_fails_the_parent_with_the_same_exception()
    {
        var boom = new InvalidOperationException("boom");
        var reporting = new OneForOneStrategy(e =>
        {
            TestActor.Tell(e);
            return Directive.Stop;
        });
        IActorRef grandparent = Sys.ActorOf(Props.Create(() => new Supervisor(reporting)));
        grandparent.Tell(Props.Create(() => new Supervisor(new OneForOneStrategy(_ => Directive.Escalate))));
        IActorRef parent = ExpectMsg<IActorRef>();
        parent.Tell(Props.Create(() => new Counter()));
        IActorRef child = ExpectMsg<IActorRef>();
        Watch(parent);
        child.Tell(boom);
        Assert.Same(boom, ExpectMsg<InvalidOperationException>());
        ExpectTerminated(parent);
    }

    [Fact]
    public void One_for_one_leaves_the_siblings_alone()
    {
        (IActorRef parent, IActorRef child) = Family(new OneForOneStrategy(_ => Directive.Restart));
        IActorRef sibling = AddChild(parent);
        sibling.Tell("count");
        ExpectMsg(1);
        child.Tell(new InvalidOperationException("boom"));
        child.Tell("count");
        ExpectMsg(1);
        sibling.Tell("count");
        ExpectMsg(2);
    }

    [Fact]
    public void All_for_one_restarts_the_siblings_as_well()
    {
        (IActorRef parent, IActorRef child) = Family(new AllForOneStrategy(_ => Directive.Restart));
        IActorRef sibling = AddChild(parent);
        sibling.Tell("count");
        ExpectMsg(1);
        child.Tell(new InvalidOperationException("boom"));
        // Restarted, the child answers; its sibling was restarted before that or is about to be.
        child.Tell("count");
        ExpectMsg(1);
        AwaitAssert(() =>
        {
            sibling.Tell("restarts");
            ExpectMsg(1);
        });
        sibling.Tell("count");
        ExpectMsg(1);
    }

    [Fact]
    public void All_for_one_stops_the_siblings_as_well()
    {
        (IActorRef parent, IActorRef child) = Family(new AllForOneStrategy(_ => Directive.Stop));
        IActorRef sibling = AddChild(parent);
        Watch(sibling);
        child.Tell(new InvalidOperationException("boom"));
        ExpectTerminated(sibling);
    }

    [Fact]
    public void After_the_permitted_restarts_the_child_is_stopped()
    {
        (_, IActorRef child) = Family(new OneForOneStrategy(2, -1, _ => Directive.Restart));
        Watch(child);
        child.Tell(new InvalidOperationException("1"));
        child.Tell(new InvalidOperationException("2"));
        child.Tell("count");
        ExpectMsg(1);
        child.Tell(new InvalidOperationException("3"));
        ExpectTerminated(child);
    }

    [Fact]
    public void Restarts_are_counted_within_a_window_of_time()
    {
        (_, IActorRef child) = Family(new OneForOneStrategy(1, TimeSpan.FromMinutes(10), _ => Directive.Restart));
        Watch(child);
        child.Tell(new InvalidOperationException("1"));
        child.Tell("count");
        ExpectMsg(1);
        child.Tell(new InvalidOperationException("2"));
        ExpectTerminated(child);
    }

    [Fact]
    public void Zero_retries_allow_no_restart()
    {
        (_, IActorRef child) = Family(new OneForOneStrategy(0, -1, _ => Directive.Restart));
        Watch(child);
        child.Tell(new InvalidOperationException("1"));
        ExpectTerminated(child);
    }

    [Fact]
    public void A_decider_by_types_takes_the_first_that_fits()
    {
        DeployableDecider decider = Decider.From(
            Directive.Escalate,
            Directive.Stop.When<ArgumentNullException>(),
            Directive.Resume.When<ArgumentException>()
        );
        Assert.Equal(Directive.Stop, decider.Decide(new ArgumentNullException()));
        Assert.Equal(Directive.Resume, decider.Decide(new ArgumentOutOfRangeException()));
        Assert.Equal(Directive.Escalate, decider.Decide(new InvalidOperationException()));
    }

    [Fact]
    public void The_default_restarts_failures_and_stops_what_cannot_live()
    {
        IDecider decider = SupervisorStrategy.DefaultDecider;
        Assert.Equal(Directive.Restart, decider.Decide(new InvalidOperationException()));
        Assert.Equal(Directive.Stop, decider.Decide(new ActorInitializationException("x")));
        Assert.Equal(Directive.Stop, decider.Decide(new ActorKilledException("x")));
        Assert.Equal(Directive.Stop, decider.Decide(new DeathPactException(TestActor)));
        Assert.Equal(
            Directive.Stop,
            SupervisorStrategy.StoppingStrategy.Decider.Decide(new InvalidOperationException())
        );
    }

    [Fact]
    public void A_strategy_in_the_props_beats_that_of_the_class()
    {
        Props stopping = Props
            .Create(() => new Supervisor(new OneForOneStrategy(_ => Directive.Resume)))
            .WithSupervisorStrategy(SupervisorStrategy.StoppingStrategy);
        IActorRef child = AddChild(Sys.ActorOf(stopping));
        Watch(child);
        child.Tell(new InvalidOperationException("boom"));
        ExpectTerminated(child);
    }

    [Fact]
    public void A_child_whose_start_fails_can_be_restarted_until_it_succeeds()
    {
        var attempts = new Queue<bool>([false, false, true]);
        IActorRef parent = Sys.ActorOf(
            Props.Create(() => new Supervisor(new OneForOneStrategy(_ => Directive.Restart)))
        );
        parent.Tell(Props.Create(() => new Reluctant(attempts)));
        IActorRef child = ExpectMsg<IActorRef>();
        child.Tell("hello");
        ExpectMsg("hello");
        Assert.Empty(attempts);
    }

    [Fact]
    public void A_restart_waits_for_the_children_that_pre_restart_stopped()
    {
        IActorRef parent = Sys.ActorOf(Props.Create(() => new WithSlowChild(TestActor)));
        ExpectMsg("parent up");
        parent.Tell(new InvalidOperationException("boom"));
        ExpectMsg("child down");
        ExpectMsg("parent up");
    }

    [Fact]
    public void Children_that_survive_a_restart_are_restarted_too()
    {
        IActorRef parent = Sys.ActorOf(Props.Create(() => new KeepsChildren()));
        IActorRef child = AddChild(parent);
        child.Tell("count");
        ExpectMsg(1);
        parent.Tell(new InvalidOperationException("boom"));
        AwaitAssert(() =>
        {
            child.Tell("restarts");
            ExpectMsg(1);
        });
        child.Tell("count");
        ExpectMsg(1);
    }

    [Fact]
    public void While_the_supervisor_decides_the_child_handles_nothing()
    {
        (_, IActorRef child) = Family(
            new OneForOneStrategy(_ =>
            {
                TestActor.Tell("deciding");
                return Directive.Resume;
            })
        );
        child.Tell(new InvalidOperationException("boom"));
        child.Tell("count");
        ExpectMsg("deciding");
        ExpectMsg(1);
    }

    private (IActorRef Parent, IActorRef Child) Family(SupervisorStrategy strategy)
    {
        IActorRef parent = Sys.ActorOf(Props.Create(() => new Supervisor(strategy)));
        return (parent, AddChild(parent));
    }

    private IActorRef AddChild(IActorRef parent)
    {
        parent.Tell(Props.Create(() => new Counter()));
        return ExpectMsg<IActorRef>();
    }

    private class Supervisor : UntypedActor
    {
        private readonly SupervisorStrategy _strategy;

        public Supervisor(SupervisorStrategy strategy)
        {
            _strategy = strategy;
        }

        protected override SupervisorStrategy SupervisorStrategy() => _strategy;

        protected override void OnReceive(object message)
        {
            if (message is Props props)
                Sender.Tell(Context.ActorOf(props));
            else if (message is Exception failure)
                throw failure;
        }
    }

    private sealed class KeepsChildren : Supervisor
    {
        public KeepsChildren()
            : base(Akka.Actor.SupervisorStrategy.DefaultStrategy) { }

        protected override void PreRestart(Exception reason, object message) => PostStop();
    }

    private sealed class Counter : UntypedActor
    {
        private int _count;
        private int _restarts;

        protected override void PostRestart(Exception reason) => _restarts++;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "count":
                    Sender.Tell(++_count);
                    break;
                case "restarts":
                    Sender.Tell(_restarts);
                    break;
                case Exception failure:
                    throw failure;
            }
        }
    }

    private sealed class Reluctant : UntypedActor
    {
        private readonly Queue<bool> _attempts;

        public Reluctant(Queue<bool> attempts)
        {
            _attempts = attempts;
        }

        protected override void PreStart()
        {
            if (!_attempts.Dequeue())
                throw new InvalidOperationException("not yet");
        }

        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    private sealed class WithSlowChild : UntypedActor
    {
        public WithSlowChild(IActorRef log)
        {
            Context.ActorOf(Props.Create(() => new SlowToStop(log)));
            log.Tell("parent up");
        }

        protected override void OnReceive(object message)
        {
            if (message is Exception failure)
                throw failure;
        }
    }

    private sealed class SlowToStop : UntypedActor
    {
        private readonly IActorRef _log;

        public SlowToStop(IActorRef log)
        {
            _log = log;
        }

        protected override void OnReceive(object message) { }

        protected override void PostStop() => _log.Tell("child down");
    }
}
