using System;
using System.Collections.Generic;
using System.Threading;

namespace Akka.Reactor.Clients;

/// <summary>
/// When to connect again after which failure. A plain state machine, told the time in milliseconds of the loop's clock.
/// </summary>
internal sealed class ReconnectPlan(ReconnectOptions options, Random random)
{
    private readonly Dictionary<FailureClass, int> _failures = [];
    private long? _connectedAt;
    private long? _downSince;

    /// <summary>There is a connection, with all its layers.</summary>
    internal void Connected(long now)
    {
        _connectedAt = now;
        _downSince = null;
    }

    /// <summary>An attempt begins: there is no connection since now, unless there was none before.</summary>
    internal void Begin(long now) => _downSince ??= now;

    /// <summary>Whether there was a connection when it failed last, and it had proved useful.</summary>
    internal bool Lasted { get; private set; }

    /// <summary>There is none, or it ended: what now?</summary>
    /// <param name="failure">Of which class.</param>
    /// <param name="now">The time.</param>
    /// <param name="refused">Whether the peer ended it instead of using it: then it was of no use, however long it has lasted.</param>
    internal Decision Failed(FailureClass failure, long now, bool refused = false)
    {
        Lasted = !refused && _connectedAt is { } since && now - since >= options.ResetAfter.TotalMilliseconds;
        if (Lasted)
        {
            _failures.Clear();
        }

        _connectedAt = null;
        _downSince ??= now;
        int count = _failures.GetValueOrDefault(failure) + 1;
        _failures[failure] = count;
        RetryPolicy policy = options.Of(failure);
        if (policy.Directive != RetryDirective.Retry)
        {
            return new Decision(policy.Directive, TimeSpan.Zero);
        }

        TimeSpan delay = Delay(policy, count);
        bool tooMany = policy.Attempts is { } most && count >= most;
        bool tooLate =
            options.Deadline != Timeout.InfiniteTimeSpan
            && now + delay.TotalMilliseconds - _downSince >= options.Deadline.TotalMilliseconds;
        return new Decision(tooMany || tooLate ? RetryDirective.Stop : RetryDirective.Retry, delay);
    }

    /// <summary>Somebody wants it connected now, whatever went before.</summary>
    internal void Forget()
    {
        _failures.Clear();
        _downSince = null;
    }

    private TimeSpan Delay(RetryPolicy policy, int count)
    {
        double most = Math.Min(
            policy.MinBackoff.TotalMilliseconds * Math.Pow(policy.Multiplier, count - 1),
            policy.MaxBackoff.TotalMilliseconds
        );
        return TimeSpan.FromMilliseconds(Math.Round(most * (1 - (policy.Jitter * random.NextDouble()))));
    }

    /// <param name="Directive">What to do.</param>
    /// <param name="Delay">When to retry, from now.</param>
    internal readonly record struct Decision(RetryDirective Directive, TimeSpan Delay);
}
