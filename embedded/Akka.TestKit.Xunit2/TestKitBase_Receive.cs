using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Akka.TestKit.Internal;

namespace Akka.TestKit;

public abstract partial class TestKitBase
{
    /// <summary>The next message, or null when none comes in time.</summary>
    public object ReceiveOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Wait(ReceiveOneAsync(max, cancellationToken));

    /// <inheritdoc cref="ReceiveOne"/>
    public async ValueTask<object> ReceiveOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        (bool success, MessageEnvelope envelope) = await TryReceiveOneAsync(max, cancellationToken);
        return success ? envelope.Message : null;
    }

    /// <summary>The next message with its sender, if one comes in time.</summary>
    public bool TryReceiveOne(
        out MessageEnvelope envelope,
        TimeSpan? max = null,
        CancellationToken cancellationToken = default
    )
    {
        (bool success, envelope) = Wait(TryReceiveOneAsync(max, cancellationToken));
        return success;
    }

    /// <inheritdoc cref="TryReceiveOne"/>
    public ValueTask<(bool success, MessageEnvelope envelope)> TryReceiveOneAsync(
        TimeSpan? max,
        CancellationToken cancellationToken = default
    ) => TakeAsync(max, remove: true, cancellationToken);

    /// <summary>The next message, or null when none comes in time; it stays in the queue.</summary>
    public object PeekOne(TimeSpan? max = null, CancellationToken cancellationToken = default) =>
        Wait(PeekOneAsync(max, cancellationToken));

    /// <inheritdoc cref="PeekOne"/>
    public async ValueTask<object> PeekOneAsync(TimeSpan? max = null, CancellationToken cancellationToken = default)
    {
        (bool success, MessageEnvelope envelope) = await TakeAsync(max, remove: false, cancellationToken);
        return success ? envelope.Message : null;
    }

    /// <summary>Drops messages until one matches, and returns that one.</summary>
    public object FishForMessage(
        Predicate<object> isMessage,
        TimeSpan? max = null,
        string hint = "",
        CancellationToken cancellationToken = default
    ) => Wait(FishForMessageAsync(isMessage, max, hint, cancellationToken));

    /// <inheritdoc cref="FishForMessage"/>
    public ValueTask<object> FishForMessageAsync(
        Predicate<object> isMessage,
        TimeSpan? max = null,
        string hint = "",
        CancellationToken cancellationToken = default
    ) => FishForMessageAsync<object>(isMessage, max, hint, cancellationToken);

    /// <inheritdoc cref="FishForMessage"/>
    public T FishForMessage<T>(
        Predicate<T> isMessage,
        TimeSpan? max = null,
        string hint = "",
        CancellationToken cancellationToken = default
    ) => Wait(FishForMessageAsync(isMessage, max, hint, cancellationToken));

    /// <inheritdoc cref="FishForMessage"/>
    public async ValueTask<T> FishForMessageAsync<T>(
        Predicate<T> isMessage,
        TimeSpan? max = null,
        string hint = "",
        CancellationToken cancellationToken = default
    )
    {
        TimeSpan limit = RemainingOrDilated(max);
        TimeSpan end = Now + limit;
        while (true)
        {
            object message = await ReceiveOneAsync(end - Now, cancellationToken);
            _assertions.AssertTrue(
                message is not null,
                "Timeout ({0}) during fishForMessage{1}",
                limit,
                string.IsNullOrEmpty(hint) ? "" : ", hint: " + hint
            );
            if (message is T typed && isMessage(typed))
                return typed;
        }
    }

    /// <summary>So many messages, or a failure.</summary>
    public IReadOnlyCollection<object> ReceiveN(int numberOfMessages, CancellationToken cancellationToken = default) =>
        Wait(ReceiveNAsync(numberOfMessages, cancellationToken), cancellationToken);

    /// <inheritdoc cref="ReceiveN(int, CancellationToken)"/>
    public IAsyncEnumerable<object> ReceiveNAsync(
        int numberOfMessages,
        CancellationToken cancellationToken = default
    ) => ReceiveExactlyAsync(numberOfMessages, () => RemainingOrDefault, cancellationToken);

    /// <inheritdoc cref="ReceiveN(int, CancellationToken)"/>
    public IReadOnlyCollection<object> ReceiveN(
        int numberOfMessages,
        TimeSpan max,
        CancellationToken cancellationToken = default
    ) => Wait(ReceiveNAsync(numberOfMessages, max, cancellationToken), cancellationToken);

    /// <inheritdoc cref="ReceiveN(int, CancellationToken)"/>
    public IAsyncEnumerable<object> ReceiveNAsync(
        int numberOfMessages,
        TimeSpan max,
        CancellationToken cancellationToken = default
    ) => ReceiveExactlyAsync(numberOfMessages, () => DilatedFinite(max), cancellationToken);

    /// <summary>Messages for which the filter returns something, up to the first for which it returns null; that one
    /// stays in the queue.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max,
        Func<object, T> filter,
        int msgs = int.MaxValue,
        CancellationToken cancellationToken = default
    ) => ReceiveWhile(filter, max, idle: null, msgs, cancellationToken);

    /// <inheritdoc cref="ReceiveWhile{T}(TimeSpan?, Func{object, T}, int, CancellationToken)"/>
    public IReadOnlyList<T> ReceiveWhile<T>(
        TimeSpan? max,
        TimeSpan? idle,
        Func<object, T> filter,
        int msgs = int.MaxValue,
        CancellationToken cancellationToken = default
    ) => ReceiveWhile(filter, max, idle, msgs, cancellationToken);

    /// <inheritdoc cref="ReceiveWhile{T}(TimeSpan?, Func{object, T}, int, CancellationToken)"/>
    public IReadOnlyList<T> ReceiveWhile<T>(
        Func<object, T> filter,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        CancellationToken cancellationToken = default
    ) => Wait(ReceiveWhileAsync(filter, max, idle, msgs, cancellationToken), cancellationToken);

    /// <inheritdoc cref="ReceiveWhile{T}(TimeSpan?, Func{object, T}, int, CancellationToken)"/>
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Func<object, T> filter,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        CancellationToken cancellationToken = default
    ) =>
        ReceiveWhileAsync(
            message => filter(message) is { } result ? (Verdict.Take, result) : (Verdict.Stop, default),
            max,
            idle,
            msgs,
            cancellationToken
        );

    /// <summary>Messages of one type while the predicate holds; the first for which it does not stays in the
    /// queue.</summary>
    public IReadOnlyList<T> ReceiveWhile<T>(
        Predicate<T> shouldContinue,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        bool shouldIgnoreOtherMessageTypes = true,
        CancellationToken cancellationToken = default
    ) =>
        Wait(
            ReceiveWhileAsync(shouldContinue, max, idle, msgs, shouldIgnoreOtherMessageTypes, cancellationToken),
            cancellationToken
        );

    /// <inheritdoc cref="ReceiveWhile{T}(Predicate{T}, TimeSpan?, TimeSpan?, int, bool, CancellationToken)"/>
    public IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Predicate<T> shouldContinue,
        TimeSpan? max = null,
        TimeSpan? idle = null,
        int msgs = int.MaxValue,
        bool shouldIgnoreOtherMessageTypes = true,
        CancellationToken cancellationToken = default
    )
    {
        return ReceiveWhileAsync(Judge, max, idle, msgs, cancellationToken);

        (Verdict, T) Judge(object message)
        {
            if (message is T typed)
                return shouldContinue(typed) ? (Verdict.Take, typed) : (Verdict.Stop, default);
            return (shouldIgnoreOtherMessageTypes ? Verdict.Drop : Verdict.Stop, default);
        }
    }

    private enum Verdict
    {
        Take,
        Drop,
        Stop,
    }

    private static T Wait<T>(ValueTask<T> result) => Wait(result.AsTask());

    private static T Wait<T>(Task<T> result) => result.GetAwaiter().GetResult();

    private static List<T> Wait<T>(IAsyncEnumerable<T> items, CancellationToken cancellationToken) =>
        Wait(items.ToListAsync(cancellationToken));

    private TimeSpan DilatedFinite(TimeSpan max)
    {
        Durations.EnsureFinite(max, nameof(max));
        return Dilated(max);
    }

    private async IAsyncEnumerable<object> ReceiveExactlyAsync(
        int count,
        Func<TimeSpan> max,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // Asked when the enumeration begins, which may be later than the call.
        TimeSpan limit = max();
        TimeSpan start = Now;
        for (int received = 0; received < count; received++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            object message = await ReceiveOneAsync(start + limit - Now, cancellationToken);
            if (message is null)
            {
                _assertions.Fail(
                    "Timeout ({0}) while expecting {1} messages. Only got {2} after {3}.",
                    limit,
                    count,
                    received,
                    Now - start
                );
            }

            yield return message;
        }
    }

    private async IAsyncEnumerable<T> ReceiveWhileAsync<T>(
        Func<object, (Verdict Verdict, T Result)> judge,
        TimeSpan? max,
        TimeSpan? idle,
        int msgs,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        TimeSpan stop = Now + RemainingOrDilated(max);
        MessageEnvelope last = NullMessageEnvelope.Instance;
        int count = 0;
        while (count < msgs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan limit = Durations.Min(stop - Now, idle);
            (bool success, MessageEnvelope envelope) = await TakeAsync(limit, remove: false, cancellationToken);
            (Verdict verdict, T result) = success ? judge(envelope.Message) : (Verdict.Stop, default);
            if (verdict == Verdict.Stop)
            {
                // What was only looked at was not received.
                _lastMessage = last;
                break;
            }

            _queue.Reader.TryRead(out last);
            _lastMessage = last;
            if (verdict == Verdict.Take)
            {
                count++;
                yield return result;
            }
        }

        _lastWasNoMsg = true;
    }

    private async ValueTask<(bool Success, MessageEnvelope Envelope)> TakeAsync(
        TimeSpan? max,
        bool remove,
        CancellationToken cancellationToken
    )
    {
        TimeSpan limit = GetTimeoutOrDefault(max);
        bool arrived = limit == TimeSpan.Zero || await WaitForMessageAsync(limit, cancellationToken);
        MessageEnvelope envelope = null;
        bool success = arrived && (remove ? _queue.Reader.TryRead(out envelope) : _queue.Reader.TryPeek(out envelope));

        _lastWasNoMsg = false;
        _lastMessage = success ? envelope : NullMessageEnvelope.Instance;
        return (success, _lastMessage);
    }

    private async ValueTask<bool> WaitForMessageAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (limit < TimeSpan.Zero && limit != Timeout.InfiniteTimeSpan)
            return false;

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            return await _queue.Reader.WaitToReadAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
