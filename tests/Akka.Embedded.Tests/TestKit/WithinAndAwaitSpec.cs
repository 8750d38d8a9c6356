using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;
using Xunit.Sdk;

namespace Akka.Embedded.Tests;

public sealed class WithinAndAwaitSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan s_short = TimeSpan.FromMilliseconds(100d);
    private static readonly TimeSpan s_long = TimeSpan.FromSeconds(10d);

    [Fact]
    public void Expectations_share_the_time_of_the_block()
    {
        Assert.Throws<InvalidOperationException>(() => Remaining);
        Within(
            s_long,
            () =>
            {
                Assert.InRange(Remaining, TimeSpan.FromSeconds(1d), s_long);
                Assert.InRange(RemainingOrDefault, TimeSpan.FromSeconds(4d), s_long);
                Within(TimeSpan.FromSeconds(3d), () => Assert.True(Remaining <= TimeSpan.FromSeconds(3d)));
            }
        );
        Assert.Equal(TimeSpan.FromSeconds(3d), RemainingOrDefault);
        Assert.ThrowsAny<XunitException>(() => Within(s_short, () => ExpectMsg<string>()));
    }

    [Fact]
    public async Task A_block_yields_its_result()
    {
        TestActor.Tell("a");
        Assert.Equal("a", Within(s_long, () => ExpectMsg<string>()));
        TestActor.Tell("b");
        Assert.Equal("b", await WithinAsync(s_long, async () => await ExpectMsgAsync<string>()));
        await WithinAsync(s_long, () => Task.CompletedTask);
    }

    [Fact]
    public void A_block_may_have_a_minimum() =>
        Assert.ThrowsAny<XunitException>(() => Within(TimeSpan.FromSeconds(1d), s_long, () => { }));

    [Fact]
    public void Receiving_until_silence_may_use_the_time_up() =>
        Within(s_short, () => Assert.Empty(ReceiveWhile<string>(_ => true)));

    [Fact]
    public async Task A_failure_in_an_asynchronous_block_arrives_wrapped()
    {
        AggregateException failure = await Assert.ThrowsAsync<AggregateException>(() =>
            WithinAsync(
                s_long,
                async () =>
                {
                    await Task.Yield();
                    throw new InvalidOperationException("inner");
                }
            )
        );
        Assert.IsType<InvalidOperationException>(Assert.Single(failure.InnerExceptions));
    }

    [Fact]
    public async Task A_condition_is_awaited()
    {
        int tries = 0;
        AwaitCondition(() => ++tries == 3, s_long, TimeSpan.FromMilliseconds(10d));
        await AwaitConditionAsync(() => Task.FromResult(++tries == 5), s_long, TimeSpan.FromMilliseconds(10d));
        Assert.Equal(5, tries);
        AwaitCondition(() => true);
        await AwaitConditionAsync(() => true);
        Assert.ThrowsAny<XunitException>(() => AwaitCondition(() => false, s_short));
        await Assert.ThrowsAnyAsync<XunitException>(() => AwaitConditionAsync(() => false, s_short, "message"));
    }

    [Fact]
    public async Task A_condition_is_awaited_without_a_failure()
    {
        Assert.True(AwaitConditionNoThrow(() => true, s_long));
        Assert.False(AwaitConditionNoThrow(() => false, s_short));
        Assert.True(await AwaitConditionNoThrowAsync(() => Task.FromResult(true), s_long));
    }

    [Fact]
    public async Task An_assertion_is_repeated_until_it_holds()
    {
        int tries = 0;
        AwaitAssert(() => Assert.Equal(3, ++tries), s_long, TimeSpan.FromMilliseconds(10d));
        await AwaitAssertAsync(
            async () =>
            {
                await Task.Yield();
                Assert.Equal(5, ++tries);
            },
            s_long,
            TimeSpan.FromMilliseconds(10d)
        );
        Assert.Throws<EqualException>(() => AwaitAssert(() => Assert.Equal(1, 2), s_short));
        await Assert.ThrowsAsync<EqualException>(() => AwaitAssertAsync(() => Assert.Equal(1, 2), s_short));
    }

    [Fact]
    public async Task The_sender_survives_repetition()
    {
        IActorRef counter = Sys.ActorOf(Props.Create(() => new Counter()));
        await AwaitAssertAsync(
            () =>
            {
                counter.Tell("next");
                ExpectMsg(3);
            },
            s_long,
            TimeSpan.FromMilliseconds(10d)
        );
    }

    [Fact]
    public void Durations_are_dilated()
    {
        Assert.Equal(s_short, Dilated(s_short));
        Assert.Equal(s_short, RemainingOrDilated(s_short));
        Assert.Throws<ArgumentException>(() => Dilated(Timeout.InfiniteTimeSpan));
        using var slow = new Slow();
        Assert.Equal(s_short * 3, slow.Dilated(s_short));
        Assert.Equal(TimeSpan.FromSeconds(6d), slow.RemainingOrDefault);
    }

    private sealed class Slow()
        : Akka.TestKit.Xunit2.TestKit("akka.test { timefactor = 3.0, single-expect-default = 2s }");

    private sealed class Counter : ReceiveActor
    {
        private int _count;

        public Counter() => ReceiveAny(_ => Sender.Tell(++_count));
    }
}
