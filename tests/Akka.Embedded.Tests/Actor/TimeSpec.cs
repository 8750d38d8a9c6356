using System;
using System.Diagnostics;
using System.Linq;
using Akka.Actor;
using Xunit;

namespace Akka.Embedded.Tests.Actor;

/// <summary>Receive timeouts, timers and the scheduler.</summary>
public sealed class TimeSpec : KernelSpec
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(60);

    [Fact]
    public void Silence_is_told_as_receive_timeout_again_and_again()
    {
        Sys.ActorOf(Props.Create(() => new Impatient(TestActor)));
        ExpectMsg<ReceiveTimeout>();
        ExpectMsg<ReceiveTimeout>();
    }

    [Fact]
    public void A_receive_timeout_set_to_null_is_off()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Impatient(TestActor)));
        ExpectMsg<ReceiveTimeout>();
        actor.Tell("off");
        // One may come before it was off, and the one that was on its way still after.
        FishForMessage(message => message is "off", Soon);
        ReceiveWhile<ReceiveTimeout>(AWhile, message => (message as ReceiveTimeout)!);
        ExpectNoMsg(AWhile);
    }

    [Fact]
    public void Messages_that_do_not_influence_the_timeout_leave_it_running()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Impatient(TestActor)));
        Sys.Scheduler.ScheduleTellRepeatedly(
            TimeSpan.Zero,
            TimeSpan.FromMilliseconds(15),
            actor,
            new Quiet(),
            ActorRefs.NoSender
        );
        FishForMessage(message => message is ReceiveTimeout, Soon);
    }

    [Fact]
    public void A_single_timer_fires_once()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Timed(TestActor)));
        actor.Tell("single");
        ExpectMsg("ding");
        ExpectNoMsg(AWhile);
        actor.Tell("active?");
        ExpectMsg(false);
    }

    [Fact]
    public void A_periodic_timer_fires_until_it_is_cancelled()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Timed(TestActor)));
        actor.Tell("periodic");
        ExpectMsg("tick");
        ExpectMsg("tick");
        ExpectMsg("tick");
        actor.Tell("active?");
        FishForMessage(message => message is true, Soon);
        actor.Tell("cancel");
        FishForMessage(message => message is "cancelled", Soon);
        // Not even one that lay in the mailbox when it was cancelled.
        ExpectNoMsg(AWhile);
    }

    [Fact]
    public void A_timer_replaces_one_of_the_same_key()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Timed(TestActor)));
        actor.Tell("replace");
        ExpectMsg("second");
        ExpectNoMsg(AWhile);
    }

    [Fact]
    public void A_restart_ends_the_timers_of_the_old_instance()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Timed(TestActor)));
        actor.Tell("periodic");
        ExpectMsg("tick");
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => actor.Tell("fail"));
        actor.Tell("cancel");
        FishForMessage(message => message is "cancelled", Soon);
        ExpectNoMsg(AWhile);
    }

    [Fact]
    public void The_scheduler_tells_once_and_not_too_early()
    {
        var clock = Stopwatch.StartNew();
        Sys.Scheduler.ScheduleTellOnce(Delay, TestActor, "later", ActorRefs.Nobody);
        ExpectMsg("later");
        Assert.True(clock.Elapsed >= Delay, clock.Elapsed.ToString());
        ExpectNoMsg(AWhile);
    }

    [Fact]
    public void The_scheduler_tells_repeatedly_until_cancelled()
    {
        ICancelable ticking = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(
            TimeSpan.Zero,
            TimeSpan.FromMilliseconds(20),
            TestActor,
            "tick",
            TestActor
        );
        ExpectMsg("tick");
        ExpectMsg("tick");
        ExpectMsg("tick");
        ticking.Cancel();
        Assert.True(ticking.IsCancellationRequested);
        ReceiveWhile<string>(AWhile, message => (message as string)!);
        ExpectNoMsg(AWhile);
    }

    [Fact]
    public void What_is_cancelled_in_time_does_not_happen()
    {
        ICancelable cancelable = Sys.Scheduler.ScheduleTellOnceCancelable(
            TimeSpan.FromMilliseconds(200),
            TestActor,
            "never",
            TestActor
        );
        cancelable.Cancel();
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(300), TestActor, "after", TestActor);
        ExpectMsg("after");
    }

    [Fact]
    public void Many_delays_fire_in_their_order()
    {
        foreach (int i in Enumerable.Range(0, 20).Reverse())
            Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(50 + (i * 25)), TestActor, i, TestActor);
        for (int i = 0; i < 20; i++)
            ExpectMsg(i);
    }

    [Fact]
    public void Actions_run_once_or_repeatedly()
    {
        Sys.Scheduler.Advanced.ScheduleOnce(Delay, () => TestActor.Tell("once"));
        ExpectMsg("once");
        ICancelable repeated = Sys.Scheduler.Advanced.ScheduleRepeatedlyCancelable(
            Delay,
            Delay,
            () => TestActor.Tell("again")
        );
        ExpectMsg("again");
        ExpectMsg("again");
        repeated.Cancel();
    }

    [Fact]
    public void Senseless_times_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(-1), TestActor, "x", TestActor)
        );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            Sys.Scheduler.ScheduleTellRepeatedly(TimeSpan.Zero, TimeSpan.Zero, TestActor, "x", TestActor)
        );
    }

    [Fact]
    public void A_cancelable_can_cancel_itself_later_and_be_linked()
    {
        var later = new Cancelable(Sys.Scheduler, Delay);
        ICancelable linked = Cancelable.CreateLinkedCancelable(Sys.Scheduler, later);
        AwaitCondition(() => later.IsCancellationRequested && linked.IsCancellationRequested, Soon);
        Assert.True(Cancelable.CreateCanceled().IsCancellationRequested);
    }

    private sealed class Quiet : INotInfluenceReceiveTimeout;

    private sealed class Impatient : UntypedActor
    {
        private readonly IActorRef _log;

        public Impatient(IActorRef log)
        {
            _log = log;
            SetReceiveTimeout(Delay);
        }

        protected override void OnReceive(object message)
        {
            if (message is "off")
                SetReceiveTimeout(null);
            if (message is not Quiet)
                _log.Tell(message);
        }
    }

    private sealed class Timed : UntypedActor, IWithTimers
    {
        private readonly IActorRef _log;

        public Timed(IActorRef log)
        {
            _log = log;
        }

        public ITimerScheduler Timers { get; set; } = null!;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "single":
                    Timers.StartSingleTimer("key", "ding", Delay);
                    break;
                case "periodic":
                    Timers.StartPeriodicTimer("key", "tick", TimeSpan.FromMilliseconds(20));
                    break;
                case "replace":
                    Timers.StartSingleTimer("key", "first", Delay);
                    Timers.StartSingleTimer("key", "second", Delay);
                    break;
                case "active?":
                    _log.Tell(Timers.IsTimerActive("key"));
                    break;
                case "cancel":
                    Timers.Cancel("key");
                    _log.Tell("cancelled");
                    break;
                case "fail":
                    throw new InvalidOperationException("fail");
                default:
                    _log.Tell(message);
                    break;
            }
        }
    }
}
