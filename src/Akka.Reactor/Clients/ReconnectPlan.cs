using System;
using System.Collections.Generic;
using System.Threading;

namespace Akka.Reactor.Clients;

/// <summary>
/// Decides after which failure a client connects again, and when. A plain state machine: the caller passes the time, in
/// milliseconds of the loop's clock.
/// </summary>
internal sealed class ReconnectPlan(ReconnectOptions options, Random random)
{
    private readonly Dictionary<FailureClass, int> _failures = [];
    private long? _connectedAt;
    private long? _downSince;

    /// <summary>Records that there is a connection, with all its layers.</summary>
    internal void Connected(long now)
    {
        _connectedAt = now;
        _downSince = null;
    }

    /// <summary>
    /// Records that an attempt begins. The time without a connection starts now, unless it has started before.
    /// </summary>
    internal void Begin(long now) => _downSince ??= now;

    /// <summary>
    /// Whether the last failure ended a connection that was not refused and had lasted for
    /// <see cref="ReconnectOptions.ResetAfter"/>.
    /// </summary>
    internal bool Lasted { get; private set; }

    /// <summary>Records that an attempt has failed or that the connection has ended. Returns what to do next.</summary>
    /// <param name="failure">The class of the failure.</param>
    /// <param name="now">The current time.</param>
    /// <param name="refused">
    /// Whether the peer ended the connection instead of using it. Such a connection was of no use, however long it has lasted.
    /// </param>
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

    /// <summary>Forgets the earlier failures and the time without a connection, because the client is to connect now.</summary>
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
    /// <param name="Delay">How long to wait before the next attempt.</param>
    internal readonly record struct Decision(RetryDirective Directive, TimeSpan Delay);
}
