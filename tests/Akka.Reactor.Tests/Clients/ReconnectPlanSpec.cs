using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Reactor.Clients;
using Xunit;

namespace Akka.Reactor.Tests.Clients;

/// <summary>When a client connects again, and when it does not.</summary>
public sealed class ReconnectPlanSpec
{
    private static readonly RetryPolicy Steady = new()
    {
        MinBackoff = TimeSpan.FromMilliseconds(100),
        MaxBackoff = TimeSpan.FromMilliseconds(700),
        Jitter = 0,
    };

    [Fact]
    public void Every_failure_of_a_class_doubles_its_wait_up_to_the_longest()
    {
        ReconnectPlan plan = Plan(new ReconnectOptions { Policy = Steady });
        Assert.Equal([100, 200, 400, 700, 700], Waits(plan, FailureClass.ConnectRefused, 5));

        // Another class has waits of its own.
        Assert.Equal([100, 200], Waits(plan, FailureClass.Dns, 2));
        Assert.Equal([700], Waits(plan, FailureClass.ConnectRefused, 1));
    }

    [Fact]
    public void The_factor_is_the_policys()
    {
        RetryPolicy slow = Steady with { Multiplier = 1.5 };
        Assert.Equal([100, 150, 225, 338], Waits(Plan(new ReconnectOptions { Policy = slow }), FailureClass.Reset, 4));
        Assert.Equal(
            [100, 100, 100],
            Waits(Plan(new ReconnectOptions { Policy = Steady with { Multiplier = 1 } }), FailureClass.Reset, 3)
        );
    }

    [Fact]
    public void A_thousand_failures_wait_no_longer_than_the_longest() =>
        Assert.Equal(700, Waits(Plan(new ReconnectOptions { Policy = Steady }), FailureClass.Reset, 5_000)[^1]);

    [Fact]
    public void A_class_may_have_a_policy_of_its_own()
    {
        ReconnectPlan plan = Plan(
            new ReconnectOptions
            {
                Policy = Steady,
                On = new Dictionary<FailureClass, RetryPolicy>
                {
                    [FailureClass.Dns] = Steady with { MinBackoff = TimeSpan.FromMilliseconds(650) },
                    [FailureClass.Aborted] = new() { Directive = RetryDirective.Stop },
                    [FailureClass.Lifetime] = new() { Directive = RetryDirective.Escalate },
                },
            }
        );
        Assert.Equal([650, 700], Waits(plan, FailureClass.Dns, 2));
        Assert.Equal(RetryDirective.Stop, plan.Failed(FailureClass.Aborted, 0).Directive);
        Assert.Equal(RetryDirective.Escalate, plan.Failed(FailureClass.Lifetime, 0).Directive);
        Assert.Equal([100], Waits(plan, FailureClass.Reset, 1));
    }

    [Fact]
    public void By_default_anything_is_tried_again_but_a_certificate_and_a_password()
    {
        foreach (FailureClass failure in FailureClass.All)
        {
            Assert.Equal(
                failure == FailureClass.TlsCertificate || failure == FailureClass.ProxyAuthentication
                    ? RetryDirective.Stop
                    : RetryDirective.Retry,
                Plan(ReconnectOptions.Default).Failed(failure, 0).Directive
            );
        }
    }

    [Fact]
    public void To_say_something_of_one_class_says_nothing_of_a_certificate_or_a_password()
    {
        ReconnectPlan plan = Plan(
            new ReconnectOptions { On = new Dictionary<FailureClass, RetryPolicy> { [FailureClass.Dns] = Steady } }
        );
        Assert.Equal(RetryDirective.Stop, plan.Failed(FailureClass.TlsCertificate, 0).Directive);
        Assert.Equal(RetryDirective.Stop, plan.Failed(FailureClass.ProxyAuthentication, 0).Directive);
        Assert.Equal(RetryDirective.Retry, plan.Failed(FailureClass.Dns, 0).Directive);

        // What is said of that class itself counts.
        plan = Plan(
            new ReconnectOptions
            {
                On = new Dictionary<FailureClass, RetryPolicy> { [FailureClass.TlsCertificate] = Steady },
            }
        );
        Assert.Equal(RetryDirective.Retry, plan.Failed(FailureClass.TlsCertificate, 0).Directive);
    }

    [Fact]
    public void So_many_failures_of_a_class_are_too_many()
    {
        ReconnectPlan plan = Plan(new ReconnectOptions { Policy = Steady with { Attempts = 3 } });
        Assert.Equal(RetryDirective.Retry, plan.Failed(FailureClass.Dns, 0).Directive);
        Assert.Equal(RetryDirective.Retry, plan.Failed(FailureClass.Dns, 0).Directive);
        Assert.Equal(RetryDirective.Retry, plan.Failed(FailureClass.Reset, 0).Directive);
        Assert.Equal(RetryDirective.Stop, plan.Failed(FailureClass.Dns, 0).Directive);
    }

    [Fact]
    public void An_attempt_that_would_begin_after_the_deadline_is_not_made()
    {
        ReconnectPlan plan = Plan(
            new ReconnectOptions { Policy = Steady, Deadline = TimeSpan.FromMilliseconds(1_000) }
        );
        plan.Connected(0);
        Assert.Equal(RetryDirective.Retry, plan.Failed(FailureClass.Reset, 50_000).Directive);
        Assert.Equal(RetryDirective.Retry, plan.Failed(FailureClass.ConnectRefused, 50_899).Directive);
        Assert.Equal(RetryDirective.Stop, plan.Failed(FailureClass.ConnectRefused, 50_900).Directive);

        // With a connection the time begins anew.
        plan.Connected(60_000);
        Assert.Equal(RetryDirective.Retry, plan.Failed(FailureClass.ConnectTimeout, 60_000).Directive);
    }

    [Fact]
    public void The_deadline_counts_from_the_beginning_of_the_first_attempt()
    {
        ReconnectPlan plan = Plan(
            new ReconnectOptions { Policy = Steady, Deadline = TimeSpan.FromMilliseconds(1_000) }
        );
        plan.Begin(10_000);
        Assert.Equal(RetryDirective.Retry, plan.Failed(FailureClass.ConnectTimeout, 10_500).Directive);

        // Another attempt does not move it; somebody who asks for one does.
        plan.Begin(10_600);
        Assert.Equal(RetryDirective.Stop, plan.Failed(FailureClass.ConnectTimeout, 10_800).Directive);
        plan.Forget();
        plan.Begin(20_000);
        Assert.Equal(RetryDirective.Retry, plan.Failed(FailureClass.ConnectTimeout, 20_800).Directive);
        Assert.Equal(RetryDirective.Stop, plan.Failed(FailureClass.ConnectTimeout, 20_801).Directive);
    }

    [Fact]
    public void A_connection_that_lasted_makes_everything_before_it_forgotten_and_no_other_does()
    {
        ReconnectPlan plan = Plan(
            new ReconnectOptions { Policy = Steady, ResetAfter = TimeSpan.FromMilliseconds(5_000) }
        );
        Assert.Equal([100, 200], Waits(plan, FailureClass.Reset, 2));
        plan.Connected(1_000);
        Assert.Equal(400, plan.Failed(FailureClass.Reset, 5_999).Delay.TotalMilliseconds);
        plan.Connected(10_000);
        Assert.Equal(100, plan.Failed(FailureClass.Reset, 15_000).Delay.TotalMilliseconds);
    }

    [Fact]
    public void A_connection_that_the_peer_refused_has_not_lasted_however_long_it_was()
    {
        ReconnectPlan plan = Plan(new ReconnectOptions { Policy = Steady, ResetAfter = TimeSpan.FromMilliseconds(1) });
        Assert.Equal([100], Waits(plan, FailureClass.TlsAlert, 1));
        plan.Connected(1_000);
        Assert.Equal(200, plan.Failed(FailureClass.TlsAlert, 60_000, refused: true).Delay.TotalMilliseconds);
        Assert.False(plan.Lasted);
        plan.Connected(61_000);
        Assert.Equal(100, plan.Failed(FailureClass.TlsAlert, 61_001).Delay.TotalMilliseconds);
        Assert.True(plan.Lasted);
    }

    [Fact]
    public void Who_is_asked_to_connect_now_forgets_all_failures()
    {
        ReconnectPlan plan = Plan(new ReconnectOptions { Policy = Steady with { Attempts = 2 } });
        Assert.Equal(RetryDirective.Retry, plan.Failed(FailureClass.Dns, 0).Directive);
        plan.Forget();
        Assert.Equal(
            new ReconnectPlan.Decision(RetryDirective.Retry, Steady.MinBackoff),
            plan.Failed(FailureClass.Dns, 0)
        );
    }

    [Theory]
    [InlineData(1, 0, 200)]
    [InlineData(0.2, 160, 200)]
    [InlineData(0, 200, 200)]
    public void Chance_has_its_part_of_every_wait_and_no_more(double jitter, int least, int most)
    {
        RetryPolicy policy = new() { Jitter = jitter };
        int[] waits =
        [
            .. Enumerable
                .Range(0, 1_000)
                .Select(seed =>
                    Waits(Plan(new ReconnectOptions { Policy = policy }, seed), FailureClass.PeerFinished, 1)[0]
                ),
        ];
        Assert.All(waits, wait => Assert.InRange(wait, least, most));

        // Over the whole of it, and evenly.
        Assert.InRange(waits.Min(), least, least + ((most - least) / 20));
        Assert.InRange(waits.Max(), most - ((most - least) / 20), most);
        Assert.InRange(waits.Average(), ((least + most) / 2.0) - 5, ((least + most) / 2.0) + 5);
    }

    private static ReconnectPlan Plan(ReconnectOptions options, int seed = 1) => new(options, new Random(seed));

    private static int[] Waits(ReconnectPlan plan, FailureClass failure, int count)
    {
        List<int> waits = [];
        for (int i = 0; i < count; i++)
        {
            ReconnectPlan.Decision decision = plan.Failed(failure, 0);
            Assert.Equal(RetryDirective.Retry, decision.Directive);
            waits.Add((int)decision.Delay.TotalMilliseconds);
        }

        return [.. waits];
    }
}
