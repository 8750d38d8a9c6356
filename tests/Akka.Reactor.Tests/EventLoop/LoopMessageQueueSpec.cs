using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.EventLoop;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.EventLoop;

/// <summary>The mailbox of actors on a loop, as Akka makes and uses it.</summary>
public sealed class LoopMessageQueueSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "loop-mailbox", output)
{
    private const string Loop = "akka.reactor.loop-0";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Every_sender_s_messages_come_in_order_wherever_it_runs()
    {
        const int messages = 20_000;
        Sys.Reactor();
        IActorRef receiver = Sys.ActorOf(Props.Create<Ordered>(TestActor, 4, messages).WithDispatcher(Loop));
        IActorRef[] senders = [Sender(Loop), Sender("akka.reactor.loop-1"), Sender("akka.actor.default-dispatcher")];
        foreach (IActorRef sender in senders)
        {
            sender.Tell(receiver);
        }

        // And a thread that is nobody's.
        await Task.Run(() =>
        {
            for (int number = 0; number < messages; number++)
            {
                receiver.Tell(number, TestActor);
            }
        });
        ExpectMsg("all", Patience);

        IActorRef Sender(string dispatcher) => Sys.ActorOf(Props.Create<Counting>(messages).WithDispatcher(dispatcher));
    }

    [Theory]
    [InlineData("lf")]
    [InlineData("fl")]
    [InlineData("lflf")]
    [InlineData("flfl")]
    [InlineData("llffllfflf")]
    [InlineData("ffllffllfl")]
    public void What_one_has_seen_enqueued_before_comes_before_whatever_thread_it_was(string threads)
    {
        using TestLoop test = new();
        LoopMessageQueue queue = new();
        queue.LivesOn(test.Loop);
        for (int number = 0; number < threads.Length; number++)
        {
            Envelope envelope = new(number, ActorRefs.NoSender);
            if (threads[number] == 'l')
            {
                test.On(() => queue.Enqueue(ActorRefs.Nobody, envelope));
            }
            else
            {
                queue.Enqueue(ActorRefs.Nobody, envelope);
            }
        }

        List<object> dequeued = [];
        test.On(() =>
        {
            while (queue.TryDequeue(out Envelope envelope))
            {
                dequeued.Add(envelope.Message);
            }
        });
        Assert.Equal(Enumerable.Range(0, threads.Length).Cast<object>(), dequeued);
    }

    [Fact]
    public void A_stash_is_given_back_ahead_of_what_came_meanwhile()
    {
        Sys.Reactor();
        IActorRef actor = Sys.ActorOf(Props.Create<Stashing>(TestActor).WithDispatcher(Loop));
        foreach (string message in (string[])["a", "b", "c", "open", "d"])
        {
            actor.Tell(message);
        }

        Assert.Equal("abcd", string.Concat(Enumerable.Range(0, 4).Select(_ => ExpectMsg<string>(Patience))));
    }

    [Fact]
    public void Neither_the_loop_nor_other_threads_can_keep_each_other_out()
    {
        Sys.Reactor();
        IActorRef busy = Sys.ActorOf(Props.Create<Busy>(TestActor).WithDispatcher(Loop));
        busy.Tell("again");

        // It tells itself without end; this comes from elsewhere.
        for (int i = 0; i < 100; i++)
        {
            busy.Tell(i);
            ExpectMsg(i, Patience);
        }

        busy.Tell("enough");
        ExpectMsg("enough", Patience);
    }

    [Fact]
    public void What_is_left_goes_to_the_dead_letters()
    {
        Sys.Reactor();
        Sys.EventStream.Subscribe(TestActor, typeof(Event.DeadLetter));
        TestKit.TestLatch latch = CreateTestLatch(1);
        IActorRef actor = Sys.ActorOf(Props.Create<Stopping>(latch).WithDispatcher(Loop));
        actor.Tell("stop");
        actor.Tell("left");
        latch.CountDown();
        Assert.Equal("left", ExpectMsg<Event.DeadLetter>(Patience).Message);
    }

    [Fact]
    public void What_an_actor_is_told_by_its_creator_on_the_same_loop_takes_no_memory()
    {
        Sys.Reactor();
        IActorRef creator = Sys.ActorOf(Props.Create<Creating>(TestActor).WithDispatcher(Loop));
        long least = long.MaxValue;
        for (int i = 0; i < 10; i++)
        {
            creator.Tell("create");
            least = Math.Min(least, ExpectMsg<long>(Patience));
        }

        // A queue that threads share takes 800 bytes.
        Assert.InRange(least, 0, 100);
    }

    private sealed class Creating(IActorRef probe) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            IActorRef child = Context.ActorOf(Props.Create<Counting>(0).WithDispatcher(Loop));
            long before = GC.GetAllocatedBytesForCurrentThread();
            child.Tell("first", Self);
            probe.Tell(GC.GetAllocatedBytesForCurrentThread() - before, Self);
        }
    }

    private sealed class Counting(int messages) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is IActorRef receiver)
            {
                for (int number = 0; number < messages; number++)
                {
                    receiver.Tell(number, Self);
                }
            }
        }
    }

    private sealed class Ordered(IActorRef probe, int senders, int messages) : UntypedActor
    {
        private readonly Dictionary<IActorRef, int> _next = [];
        private int _left = senders * messages;

        protected override void OnReceive(object message)
        {
            int expected = _next.GetValueOrDefault(Sender);
            if (!Equals(message, expected))
            {
                probe.Tell($"{message} came, and not {expected}");
            }

            _next[Sender] = expected + 1;
            if (--_left == 0)
            {
                probe.Tell("all");
            }
        }
    }

    private sealed class Stashing(IActorRef probe) : UntypedActor, IWithUnboundedStash
    {
        private bool _open;

        public IStash Stash { get; set; } = null!;

        protected override void OnReceive(object message)
        {
            if (message is "open")
            {
                _open = true;
                Stash.UnstashAll();
            }
            else if (_open)
            {
                probe.Tell(message);
            }
            else
            {
                Stash.Stash();
            }
        }
    }

    private sealed class Busy(IActorRef probe) : UntypedActor
    {
        private bool _enough;

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case "again" when !_enough:
                    Self.Tell("again");
                    Self.Tell("idle");
                    break;
                case "enough":
                    _enough = true;
                    probe.Tell(message);
                    break;
                case int:
                    probe.Tell(message);
                    break;
            }
        }
    }

    private sealed class Stopping(TestKit.TestLatch latch) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            latch.Ready(Patience);
            Context.Stop(Self);
        }
    }
}
