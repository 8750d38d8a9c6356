using System;
using System.Threading;
using System.Threading.Tasks;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    // What an asynchronous block may take longer than its maximum before it is no longer waited for.
    private static readonly TimeSpan s_withinGrace = TimeSpan.FromMilliseconds(200d);

    /// <summary>Runs the block; fails when it takes longer than the maximum, which is dilated. The expectations in it
    /// share that time.</summary>
    public void Within(
        TimeSpan max,
        Action action,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default
    ) => Within(TimeSpan.Zero, max, action, hint: null, epsilonValue, cancellationToken);

    /// <inheritdoc cref="Within(TimeSpan, Action, TimeSpan?, CancellationToken)"/>
    public Task WithinAsync(
        TimeSpan max,
        Func<Task> actionAsync,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default
    ) => WithinAsync(TimeSpan.Zero, max, actionAsync, hint: null, epsilonValue, cancellationToken);

    /// <inheritdoc cref="Within(TimeSpan, Action, TimeSpan?, CancellationToken)"/>
    public void Within(
        TimeSpan min,
        TimeSpan max,
        Action action,
        string hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default
    ) =>
        Within(
            min,
            max,
            () =>
            {
                action();
                return true;
            },
            hint,
            epsilonValue,
            cancellationToken
        );

    /// <inheritdoc cref="Within(TimeSpan, Action, TimeSpan?, CancellationToken)"/>
    public async Task WithinAsync(
        TimeSpan min,
        TimeSpan max,
        Func<Task> actionAsync,
        string hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default
    )
    {
        await WithinAsync(
            min,
            max,
            async () =>
            {
                await actionAsync();
                return true;
            },
            hint,
            epsilonValue,
            cancellationToken
        );
    }

    /// <inheritdoc cref="Within(TimeSpan, Action, TimeSpan?, CancellationToken)"/>
    public T Within<T>(
        TimeSpan max,
        Func<T> function,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default
    ) => Within(TimeSpan.Zero, max, function, hint: null, epsilonValue, cancellationToken);

    /// <inheritdoc cref="Within(TimeSpan, Action, TimeSpan?, CancellationToken)"/>
    public Task<T> WithinAsync<T>(
        TimeSpan max,
        Func<Task<T>> function,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default
    ) => WithinAsync(TimeSpan.Zero, max, function, hint: null, epsilonValue, cancellationToken);

    /// <inheritdoc cref="Within(TimeSpan, Action, TimeSpan?, CancellationToken)"/>
    public T Within<T>(
        TimeSpan min,
        TimeSpan max,
        Func<T> function,
        string hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default
    ) => Wait(WithinAsync(min, max, () => Task.FromResult(function()), hint, epsilonValue, cancellationToken));

    /// <inheritdoc cref="Within(TimeSpan, Action, TimeSpan?, CancellationToken)"/>
    public async Task<T> WithinAsync<T>(
        TimeSpan min,
        TimeSpan max,
        Func<Task<T>> function,
        string hint = null,
        TimeSpan? epsilonValue = null,
        CancellationToken cancellationToken = default
    )
    {
        Durations.EnsureFinite(min, nameof(min));
        max = DilatedFinite(max);
        TimeSpan start = Now;
        TimeSpan? endBefore = _end;
        TimeSpan? left = endBefore - start;
        _assertions.AssertTrue(
            left is null || left >= min,
            "Required min time {0} not possible, only {1} left. {2}",
            min,
            left,
            hint ?? ""
        );

        TimeSpan limit = Durations.Min(max, left);
        _lastWasNoMsg = false;
        _end = start + limit;
        T result;
        try
        {
            result = await RunAtMostAsync(function, max + s_withinGrace, cancellationToken);
        }
        finally
        {
            _end = endBefore;
        }

        TimeSpan elapsed = Now - start;
        if (elapsed < min)
            _assertions.Fail("Failed: Block took {0}, should have at least been {1}. {2}", elapsed, min, hint ?? "");
        if (!_lastWasNoMsg && elapsed > limit + (epsilonValue ?? TimeSpan.Zero))
            _assertions.Fail("Failed: Block took {0}, exceeding {1}. {2}", elapsed, limit, hint ?? "");
        return result;
    }

    private static async Task<T> RunAtMostAsync<T>(
        Func<Task<T>> function,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        using var delayOver = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            Task<T> running = function();
            // Result, not await: a failure inside an asynchronous block arrives wrapped in an AggregateException,
            // as in Akka.NET 1.5.
            if (await Task.WhenAny(running, Task.Delay(limit, delayOver.Token)) == running)
                return running.Result;

            cancellationToken.ThrowIfCancellationRequested();
            return default;
        }
        finally
        {
            await delayOver.CancelAsync();
        }
    }
}
