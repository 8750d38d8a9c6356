using System;
using Akka.Actor;
using Akka.TestKit;
using Xunit;
using Xunit.Sdk;

namespace Akka.Embedded.Tests;

public sealed class TestProbeSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(100d);

    [Fact]
    public void A_probe_has_a_queue_of_its_own()
    {
        TestProbe probe = CreateTestProbe("probe");
        ((ICanTell)probe).Tell("for the probe", ActorRefs.NoSender);
        TestActor.Tell("for the test");
        probe.ExpectMsg("for the probe");
        ExpectMsg("for the test");
        Assert.Contains("probe", probe.Ref.Path.Name, StringComparison.Ordinal);
        Assert.True(probe.Equals(probe.Ref));
    }

    [Fact]
    public void A_probe_replies_and_forwards()
    {
        TestProbe probe = CreateTestProbe();
        TestProbe third = CreateTestProbe();
        probe.Ref.Tell("question");
        probe.ExpectMsg("question");
        Assert.Equal(TestActor, probe.Sender);
        probe.Reply("answer");
        ExpectMsg("answer");
        Assert.Equal(probe.Ref, LastSender);
        probe.Forward(third, "instead");
        third.ExpectMsg("instead");
        Assert.Equal(TestActor, third.Sender);
        probe.Send(third, "own");
        third.ExpectMsgFrom(probe.Ref, "own");
    }

    [Fact]
    public void A_probe_forwards_the_last_message()
    {
        TestProbe probe = CreateTestProbe();
        probe.Ref.Tell("question");
        probe.ExpectMsg("question");
        probe.Forward(TestActor);
        ExpectMsg("question");
        Assert.Equal(TestActor, LastSender);
    }

    [Fact]
    public void A_probe_watches()
    {
        TestProbe probe = CreateTestProbe();
        IActorRef actor = Sys.ActorOf(Props.Create(() => new Sink()));
        probe.Watch(actor);
        actor.Tell(PoisonPill.Instance);
        probe.ExpectTerminated(actor);
        ExpectNoMsg(s_short);
    }

    [Fact]
    public void A_probe_can_be_watched_and_stopped()
    {
        TestProbe probe = CreateTestProbe();
        Watch(probe);
        Sys.Stop(probe);
        ExpectTerminated(probe);
    }

    [Fact]
    public void Making_a_probe_leaves_the_sender_of_the_test_alone()
    {
        TestProbe probe = CreateTestProbe();
        probe.Ref.Tell("who is there");
        probe.ExpectMsg("who is there");
        Assert.Equal(TestActor, probe.LastSender);
    }

    [Fact]
    public void Messages_can_be_ignored()
    {
        TestProbe probe = CreateTestProbe();
        probe.IgnoreMessages(message => message is int);
        probe.Ref.Tell(1);
        probe.Ref.Tell("a");
        probe.ExpectMsg("a");
        probe.IgnoreMessages<string>(text => text.Length == 1);
        probe.Ref.Tell("b");
        probe.Ref.Tell("long");
        probe.ExpectMsg("long");
        probe.IgnoreMessages<string>();
        probe.Ref.Tell("long");
        probe.ExpectNoMsg(s_short);
        probe.IgnoreNoMessages();
        probe.Ref.Tell(2);
        probe.ExpectMsg(2);
    }

    [Fact]
    public void A_pilot_answers_until_it_says_otherwise()
    {
        TestProbe probe = CreateTestProbe();
        probe.SetAutoPilot(
            new DelegateAutoPilot(
                (sender, message) =>
                {
                    sender.Tell($"re: {message}");
                    return message is "last" ? AutoPilot.NoAutoPilot : AutoPilot.KeepRunning;
                }
            )
        );
        probe.Ref.Tell("first");
        ExpectMsg("re: first");
        probe.Ref.Tell("last");
        ExpectMsg("re: last");
        probe.Ref.Tell("more");
        ExpectNoMsg(s_short);
        probe.ExpectMsg("first");
        probe.ExpectMsg("last");
        probe.ExpectMsg("more");
    }

    [Fact]
    public void A_child_of_the_test_actor_can_be_started()
    {
        IActorRef child = ChildActorOf(Props.Create(() => new Sink()), "child");
        Assert.Equal("child", child.Path.Name);
        Assert.Equal(TestActor.Path, child.Path.Parent);
    }

    [Fact]
    public void A_probe_makes_no_probes() =>
        // Called through the base: the override is obsolete as an error.
        Assert.Throws<NotSupportedException>(() => ((TestKitBase)CreateTestProbe()).CreateTestProbe("another"));

    [Fact]
    public void A_probe_reports_failures_as_its_test_does() =>
        Assert.ThrowsAny<XunitException>(() => CreateTestProbe().ExpectMsg<string>(s_short));

    private sealed class Sink : ReceiveActor
    {
        public Sink() => ReceiveAny(_ => { });
    }
}
