using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling.Linux;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.EventLoop;

public sealed class LoopDispatcherSpec : Akka.TestKit.Xunit2.TestKit
{
    private const string Id = "test-loop-dispatcher";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ReactorLoop _loop;

    public LoopDispatcherSpec(ITestOutputHelper output)
        : base("", "loop-dispatcher", output)
    {
        _loop = new ReactorLoop("test-loop-thread", new EventFd(), TimeProvider.System, _ => { });
        bool registered = Sys.Dispatchers.RegisterConfigurator(
            Id,
            new LoopDispatcherConfigurator(
                Sys.Dispatchers.Prerequisites,
                Id,
                _loop,
                throughput: 8,
                TimeSpan.FromMilliseconds(10)
            )
        );
        Assert.True(registered);
        Sys.RegisterOnTermination(_loop.Dispose);
    }

    [Fact]
    public async Task Actors_whose_props_name_it_run_on_the_loops_thread_and_others_do_not()
    {
        IActorRef one = OnLoop();
        IActorRef two = OnLoop();
        IActorRef elsewhere = Sys.ActorOf(Props.Create<WhereAmI>());
        Thread thread = await one.Ask<Thread>("where", Patience);
        Assert.Equal("test-loop-thread", thread.Name);
        Assert.Same(thread, await two.Ask<Thread>("where", Patience));
        Assert.NotSame(thread, await elsewhere.Ask<Thread>("where", Patience));
    }

    [Fact]
    public void Tells_watches_and_stops_reach_an_actor_while_its_loop_waits()
    {
        for (int round = 0; round < 200; round++)
        {
            IActorRef actor = OnLoop();
            actor.Tell("where", TestActor);
            ExpectMsg<Thread>(Patience);
            Watch(actor);
            Sys.Stop(actor);
            ExpectTerminated(actor, Patience);
        }
    }

    [Fact]
    public void A_crash_restarts_an_actor_of_the_loop_and_costs_the_others_nothing()
    {
        IActorRef crashing = OnLoop();
        IActorRef other = OnLoop();
        for (int round = 0; round < 50; round++)
        {
            crashing.Tell("crash", TestActor);
            crashing.Tell("where", TestActor);
            other.Tell("where", TestActor);
            ExpectMsg<Thread>(Patience);
            ExpectMsg<Thread>(Patience);
        }
    }

    [Fact]
    public void Messages_arrive_in_order_from_the_loop_and_from_outside()
    {
        const int Count = 10_000;
        IActorRef relay = Sys.ActorOf(Props.Create(() => new Relay(TestActor)).WithDispatcher(Id));
        for (int i = 0; i < Count; i++)
        {
            relay.Tell(i);
        }

        Assert.Equal(Enumerable.Range(0, Count).Cast<object>(), ReceiveN(Count, Patience));
    }

    [Fact]
    public void Actors_that_keep_each_other_busy_do_not_keep_others_out()
    {
        IActorRef one = Sys.ActorOf(Props.Create<PingPong>().WithDispatcher(Id));
        IActorRef two = Sys.ActorOf(Props.Create<PingPong>().WithDispatcher(Id));
        one.Tell("ball", two);
        two.Tell("ball", one);
        IActorRef late = OnLoop();
        late.Tell("where", TestActor);
        ExpectMsg<Thread>(Patience);
        Watch(one);
        Sys.Stop(one);
        ExpectTerminated(one, Patience);
        Sys.Stop(two);
    }

    [Fact]
    public async Task When_its_last_actor_has_left_the_thread_ends_and_a_new_actor_starts_another()
    {
        Thread? before = null;
        for (int round = 0; round < 3; round++)
        {
            IActorRef actor = OnLoop();
            Thread thread = await actor.Ask<Thread>("where", Patience);
            Assert.NotSame(before, thread);
            Watch(actor);
            Sys.Stop(actor);
            ExpectTerminated(actor, Patience);
            Assert.True(thread.Join(Patience), "The loop's thread did not end.");
            before = thread;
        }
    }

    private IActorRef OnLoop() => Sys.ActorOf(Props.Create<WhereAmI>().WithDispatcher(Id));

    private sealed class WhereAmI : ReceiveActor
    {
        public WhereAmI()
        {
            Receive<string>(message =>
                Sender.Tell(
                    string.Equals(message, "where", StringComparison.Ordinal)
                        ? Thread.CurrentThread
                        : throw new InvalidOperationException("told to crash")
                )
            );
        }
    }

    private sealed class Relay(IActorRef target) : UntypedActor
    {
        protected override void OnReceive(object message) => target.Tell(message);
    }

    private sealed class PingPong : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }
}
