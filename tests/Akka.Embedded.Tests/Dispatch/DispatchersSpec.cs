using System;
using System.Threading;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Dispatch;

/// <summary>Dispatchers, mailboxes and deployments by configuration.</summary>
public sealed class DispatchersSpec : KernelSpec
{
    private const string Config = """
        own {
          pool { type = Dispatcher, throughput = 7, shutdown-timeout = 250ms }
          pinned { type = PinnedDispatcher, executor = fork-join-executor }
          threads { type = ForkJoinDispatcher, throughput = 3, dedicated-thread-pool { thread-count = 1 } }
          alias = own.pool
          circular = own.circular
          untyped { type = "No.Such.Type, Nowhere" }
          small { mailbox-type = "Akka.Dispatch.BoundedMailbox", mailbox-capacity = 2, mailbox-push-timeout-time = 0s }
          deque { mailbox-type = "Akka.Dispatch.UnboundedDequeBasedMailbox" }
          stash { mailbox-type = "Akka.Dispatch.UnboundedDequeBasedMailbox", stash-capacity = 1 }
        }
        akka.actor.deployment {
          /deployed { dispatcher = own.pool, mailbox = own.deque }
          "/family/*" { dispatcher = own.threads }
          "/family/named" { dispatcher = own.pool }
        }
        """;

    public DispatchersSpec()
        : base(Config) { }

    [Fact]
    public void A_dispatcher_is_configured_over_the_defaults()
    {
        MessageDispatcher dispatcher = Sys.Dispatchers.Lookup("own.pool");
        Assert.Equal("own.pool", dispatcher.Id);
        Assert.Equal(7, dispatcher.Throughput);
        Assert.Equal(TimeSpan.FromMilliseconds(250), dispatcher.ShutdownTimeout);
        Assert.Null(dispatcher.ThroughputDeadlineTime);
        Assert.Same(dispatcher, Sys.Dispatchers.Lookup("own.pool"));
        Assert.Same(dispatcher, Sys.Dispatchers.Lookup("own.alias"));
        Assert.Equal("own.pool", dispatcher.Configurator.Config.GetString("id"));
        Assert.Same(Sys.EventStream, dispatcher.EventStream);
        Assert.Equal(30, Sys.Dispatchers.DefaultGlobalDispatcher.Throughput);
        Assert.Equal(Dispatchers.DefaultDispatcherId, Sys.Dispatchers.DefaultGlobalDispatcher.Id);
    }

    [Theory]
    [InlineData("own.missing")]
    [InlineData("own.circular")]
    [InlineData("own.untyped")]
    public void A_dispatcher_that_cannot_be_made_is_a_configuration_failure(string id)
    {
        Assert.Throws<ConfigurationException>(() => Sys.Dispatchers.Lookup(id));
    }

    [Fact]
    public void A_pinned_dispatcher_gives_each_actor_a_thread_of_its_own()
    {
        IActorRef first = Sys.ActorOf(Props.Create(() => new Thready()).WithDispatcher("own.pinned"));
        IActorRef second = Sys.ActorOf(Props.Create(() => new Thready()).WithDispatcher("own.pinned"));
        int ThreadOf(IActorRef actor)
        {
            actor.Tell("thread");
            return ExpectMsg<(int Id, bool FromPool)>(answer => Assert.False(answer.FromPool)).Id;
        }

        int one = ThreadOf(first);
        Assert.Equal(one, ThreadOf(first));
        Assert.NotEqual(one, ThreadOf(second));
    }

    [Fact]
    public void Dedicated_threads_are_shared_by_the_actors_of_a_dispatcher()
    {
        IActorRef first = Sys.ActorOf(Props.Create(() => new Thready()).WithDispatcher("own.threads"));
        IActorRef second = Sys.ActorOf(Props.Create(() => new Thready()).WithDispatcher("own.threads"));
        first.Tell("thread");
        (int, bool) one = ExpectMsg<(int, bool)>();
        second.Tell("thread");
        Assert.Equal(one, ExpectMsg<(int, bool)>());
    }

    [Fact]
    public void The_default_dispatcher_is_the_thread_pool()
    {
        Sys.ActorOf(Props.Create(() => new Thready())).Tell("thread");
        Assert.True(ExpectMsg<(int Id, bool FromPool)>().FromPool);
    }

    [Fact]
    public void A_deployment_sets_dispatcher_and_mailbox_by_path()
    {
        Sys.ActorOf(Props.Create(() => new Thready()), "deployed").Tell("where");
        ExpectMsg(("own.pool", nameof(UnboundedDequeMessageQueue)));
        Sys.ActorOf(Props.Create(() => new Thready()), "other").Tell("where");
        ExpectMsg((Dispatchers.DefaultDispatcherId, nameof(UnboundedMessageQueue)));
    }

    [Fact]
    public void A_deployment_beats_the_props_and_a_name_beats_a_wildcard()
    {
        IActorRef parent = APuppet("family");
        parent.Tell(
            Do(context =>
            {
                Props props = Props.Create(() => new Thready()).WithDispatcher(Dispatchers.DefaultDispatcherId);
                context.ActorOf(props, "any").Tell("where", TestActor);
                context.ActorOf(props, "named").Tell("where", TestActor);
            })
        );
        object[] answers = [ExpectMsg<(string, string)>(), ExpectMsg<(string, string)>()];
        Assert.Contains(("own.threads", nameof(UnboundedMessageQueue)), answers);
        Assert.Contains(("own.pool", nameof(UnboundedMessageQueue)), answers);
    }

    [Fact]
    public void A_full_bounded_mailbox_sends_to_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        using var gate = new ManualResetEventSlim();
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Puppet()).WithMailbox("own.small"));
        actor.Tell(
            Do(_ =>
            {
                TestActor.Tell("busy");
                gate.Wait(Soon);
            })
        );
        ExpectMsg("busy");
        for (int i = 0; i < 2; i++)
            actor.Tell(Do(_ => { }));
        actor.Tell("too much");
        Assert.Equal("too much", ExpectMsg<DeadLetter>().Message);
        gate.Set();
    }

    [Fact]
    public void An_actor_with_stash_gets_a_deque_and_refuses_another_mailbox()
    {
        Sys.ActorOf(Props.Create(() => new Stashing(TestActor)));
        ExpectMsg((nameof(UnboundedDequeMessageQueue), -1));
        Assert.Throws<ConfigurationException>(() =>
            Sys.ActorOf(Props.Create(() => new Stashing(TestActor)).WithMailbox("own.small"))
        );
    }

    [Fact]
    public void The_capacity_of_a_stash_comes_from_props_or_mailbox()
    {
        Sys.ActorOf(Props.Create(() => new Stashing(TestActor)).WithStashCapacity(3));
        ExpectMsg((nameof(UnboundedDequeMessageQueue), 3));
        Sys.ActorOf(Props.Create(() => new Stashing(TestActor)).WithMailbox("own.stash"));
        ExpectMsg((nameof(UnboundedDequeMessageQueue), 1));
    }

    [Fact]
    public void A_dead_actors_mailbox_goes_to_the_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        IActorRef actor = APuppet();
        actor.Tell(
            Do(context =>
            {
                context.Self.Tell("left behind");
                context.Stop(context.Self);
            })
        );
        DeadLetter letter = ExpectMsg<DeadLetter>();
        Assert.Equal("left behind", letter.Message);
        Assert.Equal(actor, letter.Recipient);
        actor.Tell("late");
        letter = ExpectMsg<DeadLetter>();
        Assert.Equal("late", letter.Message);
        Assert.Equal(TestActor, letter.Sender);
    }

    private sealed class Thready : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is "thread")
                Sender.Tell((Environment.CurrentManagedThreadId, Thread.CurrentThread.IsThreadPoolThread));
            else
                Sender.Tell((Context.Dispatcher.Id, ((ActorCell)Context).Mailbox.MessageQueue.GetType().Name));
        }
    }

    private sealed class Stashing : UntypedActorWithStash
    {
        private readonly IActorRef _log;

        public Stashing(IActorRef log)
        {
            _log = log;
        }

        protected override void PreStart() =>
            _log.Tell((((ActorCell)Context).Mailbox.MessageQueue.GetType().Name, Stash.Capacity));

        protected override void OnReceive(object message) { }
    }
}
