using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    private static readonly TimeSpan s_defaultInterval = TimeSpan.FromMilliseconds(100d);

    /// <summary>Checks the condition again and again; fails when it does not hold in time. The maximum is dilated;
    /// without an interval it is checked ten times.</summary>
    public void AwaitCondition(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(conditionIsFulfilled, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="AwaitCondition(Func{bool}, CancellationToken)"/>
    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled,
        CancellationToken cancellationToken = default
    ) => AwaitConditionAsync(conditionIsFulfilled, max: null, message: null, cancellationToken);

    /// <inheritdoc cref="AwaitCondition(Func{bool}, CancellationToken)"/>
    public Task AwaitConditionAsync(Func<bool> conditionIsFulfilled, CancellationToken cancellationToken = default) =>
        AwaitConditionAsync(Asynchronous(conditionIsFulfilled), cancellationToken);

    /// <inheritdoc cref="AwaitCondition(Func{bool}, CancellationToken)"/>
    public void AwaitCondition(
        Func<bool> conditionIsFulfilled,
        TimeSpan? max,
        CancellationToken cancellationToken = default
    ) => AwaitConditionAsync(Asynchronous(conditionIsFulfilled), max, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="AwaitCondition(Func{bool}, CancellationToken)"/>
    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled,
        TimeSpan? max,
        CancellationToken cancellationToken = default
    ) => AwaitConditionAsync(conditionIsFulfilled, max, message: null, cancellationToken);

    /// <inheritdoc cref="AwaitCondition(Func{bool}, CancellationToken)"/>
    public void AwaitCondition(
        Func<bool> conditionIsFulfilled,
        TimeSpan? max,
        string message,
        CancellationToken cancellationToken = default
    ) => AwaitConditionAsync(conditionIsFulfilled, max, message, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="AwaitCondition(Func{bool}, CancellationToken)"/>
    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled,
        TimeSpan? max,
        string message,
        CancellationToken cancellationToken = default
    )
    {
        TimeSpan limit = RemainingOrDilated(max);
        return RequireAsync(conditionIsFulfilled, limit, limit / 10, message, cancellationToken);
    }

    /// <inheritdoc cref="AwaitCondition(Func{bool}, CancellationToken)"/>
    public Task AwaitConditionAsync(
        Func<bool> conditionIsFulfilled,
        TimeSpan? max,
        string message,
        CancellationToken cancellationToken = default
    ) => AwaitConditionAsync(Asynchronous(conditionIsFulfilled), max, message, cancellationToken);

    /// <inheritdoc cref="AwaitCondition(Func{bool}, CancellationToken)"/>
    public void AwaitCondition(
        Func<bool> conditionIsFulfilled,
        TimeSpan? max,
        TimeSpan? interval,
        string message = null,
        CancellationToken cancellationToken = default
    ) => AwaitConditionAsync(conditionIsFulfilled, max, interval, message, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="AwaitCondition(Func{bool}, CancellationToken)"/>
    public Task AwaitConditionAsync(
        Func<Task<bool>> conditionIsFulfilled,
        TimeSpan? max,
        TimeSpan? interval,
        string message = null,
        CancellationToken cancellationToken = default
    ) => RequireAsync(conditionIsFulfilled, RemainingOrDilated(max), interval, message, cancellationToken);

    /// <inheritdoc cref="AwaitCondition(Func{bool}, CancellationToken)"/>
    public Task AwaitConditionAsync(
        Func<bool> conditionIsFulfilled,
        TimeSpan? max,
        TimeSpan? interval,
        string message = null,
        CancellationToken cancellationToken = default
    ) => AwaitConditionAsync(Asynchronous(conditionIsFulfilled), max, interval, message, cancellationToken);

    /// <summary>Checks the condition every 100 ms, or at the interval; says whether it came to hold in time. The
    /// maximum is not dilated.</summary>
    public bool AwaitConditionNoThrow(
        Func<bool> conditionIsFulfilled,
        TimeSpan max,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default
    ) => Wait(AwaitConditionNoThrowAsync(conditionIsFulfilled, max, interval, cancellationToken));

    /// <inheritdoc cref="AwaitConditionNoThrow"/>
    public async Task<bool> AwaitConditionNoThrowAsync(
        Func<Task<bool>> conditionIsFulfilled,
        TimeSpan max,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default
    ) => await PollAsync(conditionIsFulfilled, max, interval ?? s_defaultInterval, cancellationToken) is null;

    /// <inheritdoc cref="AwaitConditionNoThrow"/>
    public Task<bool> AwaitConditionNoThrowAsync(
        Func<bool> conditionIsFulfilled,
        TimeSpan max,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default
    ) => AwaitConditionNoThrowAsync(Asynchronous(conditionIsFulfilled), max, interval, cancellationToken);

    /// <summary>Runs the assertion again and again until it does not throw; its last exception is thrown when the
    /// duration, which is dilated, is over.</summary>
    public void AwaitAssert(
        Action assertion,
        TimeSpan? duration = null,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default
    ) => AwaitAssertAsync(assertion, duration, interval, cancellationToken).GetAwaiter().GetResult();

    /// <inheritdoc cref="AwaitAssert"/>
    public Task AwaitAssertAsync(
        Action assertion,
        TimeSpan? duration = null,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default
    ) =>
        AwaitAssertAsync(
            () =>
            {
                assertion();
                return Task.CompletedTask;
            },
            duration,
            interval,
            cancellationToken
        );

    /// <inheritdoc cref="AwaitAssert"/>
    public async Task AwaitAssertAsync(
        Func<Task> assertion,
        TimeSpan? duration = null,
        TimeSpan? interval = null,
        CancellationToken cancellationToken = default
    )
    {
        TimeSpan pause = interval ?? s_defaultInterval;
        if (pause == Timeout.InfiniteTimeSpan)
            pause = TimeSpan.MaxValue;
        Durations.EnsureFinite(pause, nameof(interval));

        TimeSpan limit = RemainingOrDilated(duration);
        TimeSpan stop = Now + limit;
        TimeSpan next = Durations.Min(limit, pause);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await assertion();
                return;
            }
            catch (Exception) when (Now + next < stop)
            {
                // There is time for another try.
            }

            await Task.Delay(next, cancellationToken);
            next = Durations.Min(stop - Now, pause);
        }
    }

    private static Func<Task<bool>> Asynchronous(Func<bool> condition) => () => Task.FromResult(condition());

    private async Task RequireAsync(
        Func<Task<bool>> condition,
        TimeSpan max,
        TimeSpan? interval,
        string message,
        CancellationToken cancellationToken
    )
    {
        if (await PollAsync(condition, max, interval, cancellationToken) is { } failure)
            _assertions.Fail(failure + message, max);
    }

    /// <summary>What went wrong, or null when the condition holds.</summary>
    private static async Task<string> PollAsync(
        Func<Task<bool>> condition,
        TimeSpan max,
        TimeSpan? interval,
        CancellationToken cancellationToken
    )
    {
        Durations.EnsureFinite(max, nameof(max));
        TimeSpan stop = Now + max;
        while (!await condition())
        {
            if (cancellationToken.IsCancellationRequested)
                return "Task is canceled";
            TimeSpan now = Now;
            if (now > stop)
                return "Timeout {0} expired while waiting for condition.";
            await Task.Delay(Durations.Min(stop - now, interval), cancellationToken);
        }

        return null;
    }
}
