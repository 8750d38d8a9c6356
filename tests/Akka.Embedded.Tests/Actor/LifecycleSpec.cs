using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Embedded.Tests.Actor;

public sealed class LifecycleSpec : KernelSpec
{
    [Fact]
    public void An_actor_starts_before_its_first_message_and_stops_after_its_last()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Reporter(TestActor)));
        actor.Tell("work");
        actor.Tell(PoisonPill.Instance);
        actor.Tell("late");
        ExpectMsg("constructor");
        ExpectMsg("around pre-start");
        ExpectMsg("pre-start");
        ExpectMsg("work");
        ExpectMsg("around post-stop");
        ExpectMsg("post-stop");
        ExpectNoMsg(AWhile);
    }

    [Fact]
    public void A_restart_runs_the_old_instances_hooks_and_then_the_new_ones()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Reporter(TestActor)));
        actor.Tell("fail");
        actor.Tell("after");
        ExpectMsg("constructor");
        ExpectMsg("around pre-start");
        ExpectMsg("pre-start");
        ExpectMsg("around pre-restart boom fail");
        ExpectMsg("pre-restart boom fail");
        ExpectMsg("post-stop");
        ExpectMsg("constructor");
        ExpectMsg("around post-restart boom");
        ExpectMsg("post-restart boom");
        ExpectMsg("pre-start");
        ExpectMsg("after");
    }

    [Fact]
    public void Children_are_gone_before_their_parents_post_stop()
    {
        IActorRef parent = Sys.ActorOf(Props.Create(() => new Parent(TestActor)));
        Watch(parent);
        Sys.Stop(parent);
        ExpectMsg("child stopped");
        ExpectMsg("child stopped");
        ExpectMsg("parent stopped");
        ExpectTerminated(parent);
    }

    [Fact]
    public void Stop_lets_the_current_message_finish_and_handles_no_further_one()
    {
        IActorRef actor = APuppet();
        Watch(actor);
        actor.Tell(
            Do(context =>
            {
                context.Stop(context.Self);
                TestActor.Tell("still here");
            })
        );
        actor.Tell(Do(_ => TestActor.Tell("never")));
        ExpectMsg("still here");
        ExpectTerminated(actor);
    }

    [Fact]
    public void Kill_fails_the_actor_and_its_supervisor_stops_it()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Echo()));
        Watch(actor);
        EventFilter.Exception<ActorKilledException>().ExpectOne(() => actor.Tell(Kill.Instance));
        ExpectTerminated(actor);
    }

    [Fact]
    public async Task An_actor_cannot_be_made_with_new()
    {
        // On a thread of its own: the TestKit leaves the context of its test actor on those it has run on.
        var outcome = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => outcome.SetResult(Record.Exception(() => new Echo())));
        thread.Start();
        Assert.IsType<ActorInitializationException>(await Within(outcome.Task));
    }

    [Fact]
    public void A_disposable_actor_is_disposed_when_it_stops()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Disposing(TestActor)));
        Sys.Stop(actor);
        ExpectMsg("disposed");
    }

    [Fact]
    public void Without_an_override_a_restart_stops_the_children()
    {
        IActorRef parent = APuppet();
        parent.Tell(Do(context => TestActor.Tell(context.ActorOf(Props.Create(() => new Echo()), "child"))));
        IActorRef child = ExpectMsg<IActorRef>();
        Watch(child);
        EventFilter
            .Exception<InvalidOperationException>()
            .ExpectOne(() => parent.Tell(Do(_ => throw new InvalidOperationException("boom"))));
        ExpectTerminated(child);
        parent.Tell(Do(context => TestActor.Tell(context.Child("child"))));
        ExpectMsg<IActorRef>(found => found.IsNobody());
    }

    private sealed class Reporter : UntypedActor
    {
        private readonly IActorRef _log;

        public Reporter(IActorRef log)
        {
            _log = log;
            log.Tell("constructor");
        }

        public override void AroundPreStart()
        {
            _log.Tell("around pre-start");
            base.AroundPreStart();
        }

        public override void AroundPreRestart(Exception cause, object message)
        {
            _log.Tell($"around pre-restart {cause.Message} {message}");
            base.AroundPreRestart(cause, message);
        }

        public override void AroundPostRestart(Exception cause, object message)
        {
            _log.Tell($"around post-restart {cause.Message}");
            base.AroundPostRestart(cause, message);
        }

        public override void AroundPostStop()
        {
            _log.Tell("around post-stop");
            base.AroundPostStop();
        }

        protected override void PreStart() => _log.Tell("pre-start");

        protected override void PreRestart(Exception reason, object message)
        {
            _log.Tell($"pre-restart {reason.Message} {message}");
            base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason)
        {
            _log.Tell($"post-restart {reason.Message}");
            base.PostRestart(reason);
        }

        protected override void PostStop() => _log.Tell("post-stop");

        protected override void OnReceive(object message)
        {
            if (message is "fail")
                throw new InvalidOperationException("boom");
            _log.Tell(message);
        }
    }

    private sealed class Parent : UntypedActor
    {
        private readonly IActorRef _log;

        public Parent(IActorRef log)
        {
            _log = log;
            Context.ActorOf(Props.Create(() => new Child(log)));
            Context.ActorOf(Props.Create(() => new Child(log)));
        }

        protected override void OnReceive(object message) { }

        protected override void PostStop() => _log.Tell("parent stopped");
    }

    private sealed class Child : UntypedActor
    {
        private readonly IActorRef _log;

        public Child(IActorRef log)
        {
            _log = log;
        }

        protected override void OnReceive(object message) { }

        protected override void PostStop() => _log.Tell("child stopped");
    }

    private sealed class Disposing : UntypedActor, IDisposable
    {
        private readonly IActorRef _log;

        public Disposing(IActorRef log)
        {
            _log = log;
        }

        public void Dispose() => _log.Tell("disposed");

        protected override void OnReceive(object message) { }
    }
}
