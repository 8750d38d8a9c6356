using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.TestKit;
using Xunit;
using Xunit.Sdk;

namespace Akka.Embedded.Tests;

public sealed class ExpectSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(100d);

    [Fact]
    public void A_message_is_expected_by_type()
    {
        TestActor.Tell("text");
        Assert.Equal("text", ExpectMsg<string>());
        TestActor.Tell(1);
        Assert.Throws<FailException>(() => ExpectMsg<string>(s_short));
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<string>(s_short, "a hint"));
    }

    [Fact]
    public void A_message_is_expected_by_value()
    {
        TestActor.Tell("text");
        ExpectMsg("text");
        TestActor.Tell(new[] { 1, 2 });
        ExpectMsg(new[] { 1, 2 });
        TestActor.Tell(new[] { 1, 2 });
        Assert.ThrowsAny<XunitException>(() => ExpectMsg(new[] { 1, 3 }));
        TestActor.Tell("other");
        Assert.ThrowsAny<XunitException>(() => ExpectMsg("text", hint: "hint"));
    }

    [Fact]
    public void A_message_is_expected_by_predicate_and_by_assertion()
    {
        TestActor.Tell(5);
        Assert.Equal(5, ExpectMsg<int>(number => number == 5));
        TestActor.Tell(5);
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>(number => number == 6, hint: "six"));
        TestActor.Tell(5);
        ExpectMsg<int>((number, sender) => number == 5 && sender.Equals(TestActor));
        TestActor.Tell(5);
        ExpectMsg<int>((number, sender) => Assert.Equal(TestActor, sender));
        TestActor.Tell(5);
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>(number => Assert.Equal(6, number)));
        TestActor.Tell("A");
        ExpectMsg("a", (left, right) => left.Equals(right, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Expectations_can_be_awaited()
    {
        TestActor.Tell("a");
        Assert.Equal("a", await ExpectMsgAsync<string>());
        TestActor.Tell("b");
        await ExpectMsgAsync("b");
        TestActor.Tell("c");
        await ExpectMsgAsync<string>(text => text.Length == 1);
        await Assert.ThrowsAnyAsync<XunitException>(async () => await ExpectMsgAsync<string>(s_short));
        await ExpectNoMsgAsync(s_short);
        TestActor.Tell("d");
        await Assert.ThrowsAnyAsync<XunitException>(async () => await ExpectNoMsgAsync(s_short));
    }

    [Fact]
    public async Task The_test_actor_is_the_sender_before_and_after_an_await()
    {
        IActorRef echo = Sys.ActorOf(Props.Create(() => new Echo()));
        echo.Tell("before");
        await ExpectMsgAsync("before");
        Assert.Equal(echo, LastSender);
        Assert.Equal("before", LastMessage);
        await Task.Delay(1);
        echo.Tell("after");
        await ExpectMsgAsync("after");
    }

    [Fact]
    public void Silence_is_expected()
    {
        ExpectNoMsg(s_short);
        ExpectNoMsg(50);
        TestActor.Tell("noise");
        Assert.ThrowsAny<XunitException>(() => ExpectNoMsg(s_short));
    }

    [Fact]
    public void A_sender_is_expected()
    {
        TestProbe probe = CreateTestProbe();
        probe.Send(TestActor, "a");
        Assert.Equal("a", ExpectMsgFrom<string>(probe.Ref));
        probe.Send(TestActor, "b");
        ExpectMsgFrom(probe.Ref, "b");
        probe.Send(TestActor, "c");
        Assert.ThrowsAny<XunitException>(() => ExpectMsgFrom<string>(TestActor));
    }

    [Fact]
    public void One_of_several_messages_is_expected()
    {
        TestActor.Tell("b");
        Assert.Equal("b", ExpectMsgAnyOf(["a", "b"]));
        TestActor.Tell("c");
        Assert.ThrowsAny<XunitException>(() => ExpectMsgAnyOf(["a", "b"]));
    }

    [Fact]
    public async Task Several_messages_are_expected_in_any_order()
    {
        TestActor.Tell("b");
        TestActor.Tell("a");
        Assert.Equal(["b", "a"], ExpectMsgAllOf("a", "b"));
        TestActor.Tell("b");
        TestActor.Tell("c");
        Assert.ThrowsAny<XunitException>(() => ExpectMsgAllOf(TimeSpan.FromSeconds(1d), "a", "b"));
        TestActor.Tell("y");
        TestActor.Tell("x");
        var received = new List<string>();
        await foreach (string message in ExpectMsgAllOfAsync(TimeSpan.FromSeconds(1d), ["x", "y"]))
            received.Add(message);
        Assert.Equal(["y", "x"], received);
    }

    [Fact]
    public async Task Termination_is_expected_of_a_watched_actor()
    {
        IActorRef first = Sys.ActorOf(Props.Create(() => new Echo()));
        Watch(first);
        Sys.Stop(first);
        ExpectTerminated(first);

        IActorRef second = Sys.ActorOf(Props.Create(() => new Echo()));
        Assert.Equal(second, await WatchAsync(second));
        Sys.Stop(second);
        Assert.Equal(second, (await ExpectTerminatedAsync(second)).ActorRef);

        IActorRef third = Sys.ActorOf(Props.Create(() => new Echo()));
        Watch(third);
        Unwatch(third);
        Sys.Stop(third);
        ExpectNoMsg(s_short);
    }

    [Fact]
    public void Messages_can_be_fished_for()
    {
        TestActor.Tell("a");
        TestActor.Tell(1);
        TestActor.Tell("b");
        Assert.Equal(1, FishForMessage(message => message is int));
        Assert.Equal("b", FishForMessage<string>(text => text is "b"));
        Assert.ThrowsAny<XunitException>(() => FishForMessage(_ => true, s_short));
    }

    [Fact]
    public async Task Messages_can_be_fished_for_asynchronously()
    {
        TestActor.Tell(1);
        TestActor.Tell("b");
        Assert.Equal("b", await FishForMessageAsync<string>(_ => true));
    }

    [Fact]
    public async Task A_number_of_messages_can_be_received()
    {
        TestActor.Tell("a");
        TestActor.Tell(1);
        Assert.Equal(["a", 1], ReceiveN(2));
        TestActor.Tell("b");
        Assert.ThrowsAny<XunitException>(() => ReceiveN(2, s_short));
        TestActor.Tell("c");
        await foreach (object message in ReceiveNAsync(1, TimeSpan.FromSeconds(1d)))
            Assert.Equal("c", message);
    }

    [Fact]
    public void One_message_can_be_received_or_looked_at()
    {
        Assert.Null(ReceiveOne(TimeSpan.Zero));
        Assert.Null(ReceiveOne(s_short));
        Assert.Throws<IllegalActorStateException>(() => LastMessage);
        TestActor.Tell("a");
        Assert.True(HasMessages);
        Assert.Equal("a", PeekOne());
        Assert.Equal("a", ReceiveOne());
        Assert.False(HasMessages);
        Assert.False(TryReceiveOne(out _, TimeSpan.Zero));
        TestActor.Tell("b");
        Assert.True(TryReceiveOne(out MessageEnvelope envelope));
        Assert.Equal("b", envelope.Message);
        Assert.Equal(TestActor, envelope.Sender);
    }

    [Fact]
    public void Messages_are_received_while_a_condition_holds()
    {
        foreach (object message in new object[] { 1, 2, "x", 3 })
            TestActor.Tell(message);
        Assert.Equal([1, 2], ReceiveWhile<object>(s_short, message => message is int ? message : null!));
        Assert.Equal(["x"], ReceiveWhile<string>(_ => true, s_short));
        foreach (object message in new object[] { 1, "y", 2, 3 })
            TestActor.Tell(message);
        Assert.Equal([1, 2], ReceiveWhile<int>(number => number < 3, s_short));
        ExpectMsg(3);
        Assert.Empty(ReceiveWhile<int>(_ => true, max: TimeSpan.FromSeconds(10d), idle: s_short));
    }

    [Fact]
    public async Task Cancelling_ends_the_wait()
    {
        using var cancelled = new CancellationTokenSource(s_short);
        // Null or an exception: real Akka.NET may end it either way.
        Exception? outcome = await Record
            .ExceptionAsync(() => ReceiveOneAsync(TimeSpan.FromSeconds(60d), cancelled.Token).AsTask())
            .WaitAsync(TimeSpan.FromSeconds(30d));
        Assert.True(outcome is null or AggregateException or OperationCanceledException, $"{outcome}");
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }
}
