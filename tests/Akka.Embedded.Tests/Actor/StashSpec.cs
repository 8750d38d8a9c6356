using System;
using Akka.Actor;
using Xunit;

namespace Akka.Embedded.Tests.Actor;

public sealed class StashSpec : KernelSpec
{
    [Fact]
    public void Stashed_messages_come_back_in_order_and_before_later_ones()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Gate(TestActor)));
        actor.Tell("1");
        actor.Tell("2");
        actor.Tell("open");
        actor.Tell("3");
        ExpectMsg("opened");
        ExpectMsg("1");
        ExpectMsg("2");
        ExpectMsg("3");
        Assert.Equal(TestActor, LastSender);
    }

    [Fact]
    public void Unstash_gives_back_the_oldest_only()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Gate(TestActor)));
        actor.Tell("1");
        actor.Tell("2");
        actor.Tell("open one");
        ExpectMsg("1");
        ExpectNoMsg(AWhile);
    }

    [Fact]
    public void The_same_message_cannot_be_stashed_twice()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Gate(TestActor)));
        actor.Tell("twice");
        ExpectMsg<IllegalActorStateException>();
    }

    [Fact]
    public void What_an_instance_stashed_comes_back_after_its_restart()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Gate(TestActor)));
        actor.Tell("1");
        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => actor.Tell("fail"));
        actor.Tell("open");
        ExpectMsg("opened");
        ExpectMsg("1");
    }

    [Fact]
    public void A_stash_with_capacity_overflows()
    {
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Bounded()).WithStashCapacity(2));
        actor.Tell("1");
        actor.Tell("2");
        EventFilter.Exception<StashOverflowException>().ExpectOne(() => actor.Tell("3"));
    }

    [Fact]
    public void The_stash_is_there_before_pre_start()
    {
        Sys.ActorOf(Props.Create(() => new LooksAtStash(TestActor)));
        ExpectMsg((0, true, false));
    }

    private sealed class Gate : ReceiveActor, IWithUnboundedStash
    {
        public Gate(IActorRef log)
        {
            Receive<string>(
                text => text is "open",
                _ =>
                {
                    log.Tell("opened");
                    Stash.UnstashAll();
                    Become(() => ReceiveAny(message => log.Forward(message)));
                }
            );
            Receive<string>(
                text => text is "open one",
                _ =>
                {
                    Stash.Unstash();
                    Become(() => ReceiveAny(message => log.Forward(message)));
                }
            );
            Receive<string>(text => text is "fail", _ => throw new InvalidOperationException("fail"));
            Receive<string>(
                text => text is "twice",
                _ =>
                {
                    Stash.Stash();
                    try
                    {
                        Stash.Stash();
                    }
                    catch (Exception e)
                    {
                        log.Tell(e);
                    }
                }
            );
            ReceiveAny(_ => Stash.Stash());
        }

        public IStash Stash { get; set; } = null!;
    }

    private sealed class Bounded : UntypedActorWithStash
    {
        protected override void OnReceive(object message) => Stash.Stash();
    }

    private sealed class LooksAtStash : UntypedActorWithUnboundedStash
    {
        private readonly IActorRef _log;

        public LooksAtStash(IActorRef log)
        {
            _log = log;
        }

        protected override void PreStart() => _log.Tell((Stash.Count, Stash.IsEmpty, Stash.NonEmpty));

        protected override void OnReceive(object message) { }
    }
}
