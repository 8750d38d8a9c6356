using System.Collections.Generic;
using System.Linq;
using System.Net;
using Akka.Reactor.Clients.Dial;
using Akka.Reactor.EventLoop;
using Xunit;

namespace Akka.Reactor.Tests.Clients.Dial;

/// <summary>Which address is tried when: one after the other, or side by side.</summary>
public sealed class DialPlanSpec
{
    private static readonly IPEndPoint A4 = IPEndPoint.Parse("192.0.2.1:25");
    private static readonly IPEndPoint B4 = IPEndPoint.Parse("192.0.2.2:25");
    private static readonly IPEndPoint C4 = IPEndPoint.Parse("192.0.2.3:25");
    private static readonly IPEndPoint A6 = IPEndPoint.Parse("[2001:db8::1]:25");
    private static readonly IPEndPoint B6 = IPEndPoint.Parse("[2001:db8::2]:25");

    [Fact]
    public void One_after_the_other_each_has_its_share_of_the_time_that_is_left()
    {
        DialPlan plan = Sequential(until: 900, A4, B4, C4);
        DialPlan.Attempt first = Begun(plan, A4, now: 0);
        Assert.Null(plan.Begin(0));
        Assert.Equal(300, first.Until);
        Assert.Equal(300, plan.NextAt);
        Assert.Empty(plan.Expired(299));
        Assert.Equal([first], plan.Expired(300));

        // What the first did not need is the others'.
        plan.Fail(first, Failure(), now: 100);
        DialPlan.Attempt second = Begun(plan, B4, now: 100);
        Assert.Equal(500, second.Until);
        plan.Fail(second, Failure(), now: 500);
        DialPlan.Attempt third = Begun(plan, C4, now: 500);
        Assert.Equal(900, third.Until);
        Assert.False(plan.IsExhausted);
        plan.Fail(third, Failure(), now: 900);
        Assert.True(plan.IsExhausted);
        Assert.Equal([A4, B4, C4], plan.Failures.Select(failure => failure.Address));
    }

    [Fact]
    public void Without_a_limit_there_is_nothing_to_wait_for()
    {
        DialPlan plan = Sequential(Deadline.Never, A4, B4);
        Assert.Equal(Deadline.Never, Begun(plan, A4, now: 5).Until);
        Assert.Equal(Deadline.Never, plan.NextAt);
        Assert.Null(plan.Begin(now: long.MaxValue - 1));
    }

    [Fact]
    public void Side_by_side_the_families_take_turns_and_another_begins_every_250_ms()
    {
        DialPlan plan = HappyEyeballs(until: 10_000, A6, B6, A4, B4, C4);
        Begun(plan, A6, now: 0);
        Assert.Null(plan.Begin(249));
        Assert.Equal(250, plan.NextAt);
        Begun(plan, A4, now: 250);
        Begun(plan, B6, now: 500);
        Begun(plan, B4, now: 750);

        // One that comes late moves the next one.
        Begun(plan, C4, now: 1_100);
        Assert.Null(plan.Begin(5_000));

        // All have the whole time.
        Assert.Equal(10_000, plan.NextAt);
        Assert.Equal(5, plan.Expired(10_000).Count);
    }

    [Fact]
    public void Nothing_is_begun_for_which_there_is_no_time()
    {
        DialPlan plan = HappyEyeballs(until: 200, A6, A4, B4);
        DialPlan.Attempt first = Begun(plan, A6, now: 0);
        Assert.Equal([first], plan.Expired(200));
        plan.Fail(first, Failure(), now: 200);
        Assert.Null(plan.Begin(200));
        Assert.True(plan.IsExhausted);
        Assert.Equal([A6], plan.Failures.Select(failure => failure.Address));
    }

    [Fact]
    public void Side_by_side_a_failure_brings_the_next_forward()
    {
        DialPlan plan = HappyEyeballs(until: 10_000, A6, A4, B4);
        DialPlan.Attempt first = Begun(plan, A6, now: 0);
        plan.Fail(first, Failure(), now: 20);
        Begun(plan, A4, now: 20);
        Assert.Null(plan.Begin(20));
        Assert.Equal(270, plan.NextAt);
        Begun(plan, B4, now: 270);
    }

    [Fact]
    public void One_family_keeps_its_order()
    {
        DialPlan plan = HappyEyeballs(until: 10_000, B4, A4, C4);
        Begun(plan, B4, now: 0);
        Begun(plan, A4, now: 250);
        Begun(plan, C4, now: 500);
    }

    [Fact]
    public void What_is_put_off_begins_again_within_its_own_time()
    {
        DialPlan plan = Sequential(until: 1_000, A4, B4);
        DialPlan.Attempt attempt = Begun(plan, A4, now: 0);
        DialPlan.PutOff(attempt, until: 50);
        Assert.Null(plan.Begin(49));
        Assert.Equal(50, plan.NextAt);
        Assert.Same(attempt, plan.Begin(50));
        Assert.Null(plan.Begin(50));
        Assert.Equal(500, plan.NextAt);
    }

    private static DialPlan Sequential(long until, params IReadOnlyList<EndPoint> addresses) =>
        new(addresses, ConnectOrder.Sequential, stagger: 250, now: 0, until);

    private static DialPlan HappyEyeballs(long until, params IReadOnlyList<EndPoint> addresses) =>
        new(addresses, ConnectOrder.HappyEyeballs, stagger: 250, now: 0, until);

    private static DialPlan.Attempt Begun(DialPlan plan, IPEndPoint address, long now)
    {
        DialPlan.Attempt? attempt = plan.Begin(now);
        Assert.NotNull(attempt);
        Assert.Equal(address, attempt.Address);
        return attempt;
    }

    private static ConnectRefusedException Failure() => new("tcp://many.test:25", A4, 111);
}
