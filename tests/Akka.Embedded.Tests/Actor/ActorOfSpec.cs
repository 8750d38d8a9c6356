using System;
using Akka.Actor;
using Akka.Configuration;
using Xunit;

namespace Akka.Embedded.Tests.Actor;

public sealed class ActorOfSpec : KernelSpec
{
    private static readonly Props EchoProps = Props.Create(() => new Echo());

    [Theory]
    [InlineData("")]
    [InlineData("$reserved")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("half%4")]
    public void A_malformed_name_is_refused(string name)
    {
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(EchoProps, name));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("with%20escape")]
    [InlineData("-_.*$+:@&=,!~';()")]
    public void Other_names_are_taken(string name)
    {
        Assert.Equal(name, Sys.ActorOf(EchoProps, name).Path.Name);
    }

    [Fact]
    public void A_name_is_unique_as_long_as_its_actor_lives()
    {
        IActorRef first = Sys.ActorOf(EchoProps, "one");
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf(EchoProps, "one"));
        Watch(first);
        Sys.Stop(first);
        ExpectTerminated(first);
        AwaitAssert(() => Sys.ActorOf(EchoProps, "one"));
    }

    [Fact]
    public void An_actor_without_name_gets_one_that_starts_with_a_dollar()
    {
        IActorRef parent = APuppet();
        parent.Tell(
            Do(context =>
            {
                TestActor.Tell(context.ActorOf(EchoProps).Path.Name);
                TestActor.Tell(context.ActorOf(EchoProps).Path.Name);
            })
        );
        ExpectMsg("$a");
        ExpectMsg("$b");
    }

    [Fact]
    public void The_next_incarnation_of_a_name_is_another_ref_with_another_uid()
    {
        IActorRef parent = APuppet();
        parent.Tell(Do(context => TestActor.Tell(context.ActorOf(EchoProps, "child"))));
        IActorRef first = ExpectMsg<IActorRef>();
        Watch(first);
        parent.Tell(Do(context => context.Stop(first)));
        ExpectTerminated(first);
        parent.Tell(Do(context => TestActor.Tell(context.ActorOf(EchoProps, "child"))));
        IActorRef second = ExpectMsg<IActorRef>();
        Assert.NotEqual(first, second);
        Assert.NotEqual(first.Path.Uid, second.Path.Uid);
        Assert.NotEqual(ActorCell.UndefinedUid, second.Path.Uid);
        Assert.Equal(first.Path, second.Path);
        Assert.NotEqual(first.ToString(), second.ToString());
        first.Tell("lost");
        ExpectNoMsg(AWhile);
        second.Tell("found");
        ExpectMsg("found");
    }

    [Fact]
    public void A_stopping_actor_makes_no_children()
    {
        IActorRef parent = Sys.ActorOf(Props.Create(() => new CreatesInPostStop(TestActor)));
        Sys.Stop(parent);
        ExpectMsg<InvalidOperationException>();
    }

    [Fact]
    public void A_child_is_found_by_name_and_in_the_list()
    {
        IActorRef parent = APuppet("parent");
        parent.Tell(
            Do(context =>
            {
                IActorRef child = context.ActorOf(EchoProps, "child");
                TestActor.Tell(child.Equals(context.Child("child")));
                TestActor.Tell(context.Child("other").IsNobody());
                TestActor.Tell(child.Equals(Assert.Single(context.GetChildren())));
                TestActor.Tell(child.Path.ToString());
                TestActor.Tell(context.Parent.Path.ToString());
            })
        );
        ExpectMsg(true);
        ExpectMsg(true);
        ExpectMsg(true);
        ExpectMsg($"akka://{Sys.Name}/user/parent/child");
        ExpectMsg($"akka://{Sys.Name}/user");
    }

    [Fact]
    public void A_dispatcher_that_does_not_exist_is_named_in_the_failure()
    {
        ConfigurationException failure = Assert.Throws<ConfigurationException>(() =>
            Sys.ActorOf(EchoProps.WithDispatcher("no.such.dispatcher"), "free-again")
        );
        Assert.Contains("no.such.dispatcher", failure.Message, StringComparison.Ordinal);
        // The name is not kept by the failed attempt.
        Assert.NotNull(Sys.ActorOf(EchoProps, "free-again"));
    }

    [Fact]
    public void Null_cannot_be_told()
    {
        IActorRef actor = Sys.ActorOf(EchoProps);
        actor.Tell("started");
        ExpectMsg("started");
        AwaitAssert(() => Assert.Throws<ArgumentNullException>(() => actor.Tell(null, TestActor)));
    }

    private sealed class CreatesInPostStop : UntypedActor
    {
        private readonly IActorRef _log;

        public CreatesInPostStop(IActorRef log)
        {
            _log = log;
        }

        protected override void OnReceive(object message) { }

        protected override void PostStop()
        {
            try
            {
                Context.ActorOf(EchoProps);
            }
            catch (Exception e)
            {
                _log.Tell(e);
            }
        }
    }
}
