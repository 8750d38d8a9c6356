using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Xunit;

namespace Akka.Embedded.Tests.Actor;

public sealed class DeathWatchSpec : KernelSpec
{
    private static readonly Props EchoProps = Props.Create(() => new Echo());

    [Fact]
    public void A_watcher_is_told_once()
    {
        IActorRef subject = Sys.ActorOf(EchoProps);
        Watch(subject);
        Watch(subject);
        Sys.Stop(subject);
        Terminated terminated = ExpectTerminated(subject);
        Assert.True(terminated.ExistenceConfirmed);
        Assert.False(terminated.AddressTerminated);
        Assert.Equal(subject, terminated.ActorRef);
        ExpectNoMsg(AWhile);
    }

    [Fact]
    public void Watching_a_dead_actor_is_answered_at_once()
    {
        IActorRef subject = Sys.ActorOf(EchoProps);
        Watch(subject);
        Sys.Stop(subject);
        ExpectTerminated(subject);
        Watch(subject);
        ExpectTerminated(subject);
    }

    [Fact]
    public void After_unwatch_nothing_is_told_not_even_what_is_in_the_mailbox()
    {
        IActorRef subject = Sys.ActorOf(EchoProps);
        IActorRef watcher = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));
        using var dead = new ManualResetEventSlim();
        watcher.Tell(subject);
        ExpectMsg("watching");
        Watch(subject);
        watcher.Tell(
            Do(context =>
            {
                // The subject's Terminated comes into this mailbox while this message is handled.
                context.Stop(subject);
                dead.Wait(Soon);
                context.Unwatch(subject);
            })
        );
        ExpectTerminated(subject);
        dead.Set();
        watcher.Tell("ping");
        ExpectMsg("ping");
        ExpectNoMsg(AWhile);
    }

    [Fact]
    public void Watch_with_tells_its_own_message()
    {
        IActorRef subject = Sys.ActorOf(EchoProps);
        IActorRef watcher = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));
        watcher.Tell(Do(context => context.WatchWith(subject, "it is gone")));
        Sys.Stop(subject);
        ExpectMsg("it is gone");
    }

    [Fact]
    public void An_unhandled_terminated_is_a_death_pact()
    {
        IActorRef subject = Sys.ActorOf(EchoProps);
        IActorRef watcher = APuppet();
        Watch(watcher);
        watcher.Tell(Do(context => context.Watch(subject)));
        EventFilter.Exception<DeathPactException>().ExpectOne(() => Sys.Stop(subject));
        ExpectTerminated(watcher);
    }

    [Fact]
    public void A_parent_that_watches_its_child_sees_it_gone_from_its_children()
    {
        IActorRef parent = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));
        parent.Tell(
            Do(context =>
            {
                IActorRef child = context.ActorOf(EchoProps, "child");
                context.Watch(child);
                context.Stop(child);
            })
        );
        ExpectMsg("Terminated child, children left: 0");
    }

    [Fact]
    public void A_restart_is_not_a_death()
    {
        IActorRef subject = APuppet();
        Watch(subject);
        EventFilter
            .Exception<InvalidOperationException>()
            .ExpectOne(() => subject.Tell(Do(_ => throw new InvalidOperationException("boom"))));
        subject.Tell(Do(_ => TestActor.Tell("alive")));
        ExpectMsg("alive");
    }

    [Fact]
    public void Many_watchers_are_all_told()
    {
        IActorRef subject = Sys.ActorOf(EchoProps);
        for (int i = 0; i < 50; i++)
        {
            IActorRef watcher = Sys.ActorOf(Props.Create(() => new Watcher(TestActor)));
            watcher.Tell(Do(context => context.WatchWith(subject, "gone")));
        }

        Sys.Stop(subject);
        for (int i = 0; i < 50; i++)
            ExpectMsg("gone");
    }

    [Fact]
    public async Task A_minimal_ref_can_watch()
    {
        var owner = (IInternalActorRef)Sys.ActorOf(EchoProps);
        var watcher = new WatchingRef(((ExtendedActorSystem)Sys).Provider, "watching-ref");
        owner.SendSystemMessage(new Watch(owner, watcher));
        Sys.Stop(owner);
        DeathWatchNotification notification = await Within(watcher.Notified.Task);
        Assert.Equal(owner, notification.Actor);
        Assert.True(notification.ExistenceConfirmed);

        var late = new WatchingRef(((ExtendedActorSystem)Sys).Provider, "late-ref");
        owner.SendSystemMessage(new Watch(owner, late));
        DeathWatchNotification lateNotification = await Within(late.Notified.Task);
        Assert.Equal(owner, lateNotification.Actor);
    }

    [Fact]
    public async Task A_minimal_ref_that_unwatched_is_not_told()
    {
        var owner = (IInternalActorRef)Sys.ActorOf(EchoProps);
        var other = new WatchingRef(((ExtendedActorSystem)Sys).Provider, "other-ref");
        owner.SendSystemMessage(new Watch(owner, other));
        var watcher = new WatchingRef(((ExtendedActorSystem)Sys).Provider, "unwatching-ref");
        owner.SendSystemMessage(new Watch(owner, watcher));
        owner.SendSystemMessage(new Unwatch(owner, watcher));
        Sys.Stop(owner);
        await Within(other.Notified.Task);
        // Told in no particular order: but who asks now is told after all of them.
        Watch(owner);
        ExpectTerminated(owner);
        Assert.False(watcher.Notified.Task.IsCompleted);
    }

    [Fact]
    public async Task The_only_watcher_is_told_even_after_unwatch()
    {
        // A bug of 1.5.30 that cells do not see, because they drop what they do not watch. A ref that watches has to.
        var owner = (IInternalActorRef)Sys.ActorOf(EchoProps);
        var watcher = new WatchingRef(((ExtendedActorSystem)Sys).Provider, "only-ref");
        owner.SendSystemMessage(new Watch(owner, watcher));
        owner.SendSystemMessage(new Unwatch(owner, watcher));
        Sys.Stop(owner);
        await Within(watcher.Notified.Task);
    }

    [Fact]
    public void A_minimal_ref_can_be_watched()
    {
        var subject = new WatchedRef(((ExtendedActorSystem)Sys).Provider);
        Watch(subject);
        Assert.Equal(TestActor, subject.Watcher);
        subject.Watcher!.SendSystemMessage(
            new DeathWatchNotification(subject, existenceConfirmed: true, addressTerminated: false)
        );
        ExpectTerminated(subject);
    }

    private sealed class Watcher : UntypedActor
    {
        private readonly IActorRef _log;

        public Watcher(IActorRef log)
        {
            _log = log;
        }

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case IActorRef subject:
                    Context.Watch(subject);
                    _log.Tell("watching");
                    break;
                case Action<IActorContext> act:
                    act(Context);
                    break;
                case Terminated terminated:
                    int left = 0;
                    foreach (IActorRef _ in Context.GetChildren())
                        left++;
                    _log.Tell($"Terminated {terminated.ActorRef.Path.Name}, children left: {left}");
                    break;
                default:
                    _log.Tell(message);
                    break;
            }
        }
    }

    private sealed class WatchingRef : MinimalActorRef
    {
        public WatchingRef(IActorRefProvider provider, string name)
        {
            Provider = provider;
            Path = new ChildActorPath(provider.RootPath / "test", name, 77);
        }

        public TaskCompletionSource<DeathWatchNotification> Notified { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override ActorPath Path { get; }

        public override IActorRefProvider Provider { get; }

        public override void SendSystemMessage(ISystemMessage message)
        {
            if (message is DeathWatchNotification notification)
                Notified.TrySetResult(notification);
        }
    }

    private sealed class WatchedRef : MinimalActorRef
    {
        private readonly ManualResetEventSlim _watched = new();
        private IInternalActorRef? _watcher;

        public WatchedRef(IActorRefProvider provider)
        {
            Provider = provider;
            Path = new ChildActorPath(provider.RootPath / "test", "watched", 78);
        }

        public IInternalActorRef? Watcher
        {
            get
            {
                Assert.True(_watched.Wait(Soon));
                return _watcher;
            }
        }

        public override ActorPath Path { get; }

        public override IActorRefProvider Provider { get; }

        public override void SendSystemMessage(ISystemMessage message)
        {
            if (message is not Watch watch)
                return;
            _watcher = watch.Watcher;
            _watched.Set();
        }
    }
}
