using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.TestKit.TestEvent;

namespace Akka.TestKit.Internal;

/// <summary>Puts filters into the listeners for the time of an action, and counts what matches.</summary>
internal sealed class EventFilterApplier : IEventFilterApplier
{
    private readonly TestKitBase _testKit;
    private readonly ActorSystem _system;
    private readonly EventFilterBase[] _filters;

    public EventFilterApplier(TestKitBase testKit, ActorSystem system, EventFilterBase[] filters)
    {
        _testKit = testKit;
        _system = system;
        _filters = filters;
    }

    public EventFilterFactory And => new(_testKit, _system, _filters);

    public void ExpectOne(Action action, CancellationToken cancellationToken = default) =>
        Expect(1, action, cancellationToken);

    public Task ExpectOneAsync(Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, actionAsync, cancellationToken);

    public void ExpectOne(TimeSpan timeout, Action action, CancellationToken cancellationToken = default) =>
        Expect(1, timeout, action, cancellationToken);

    public Task ExpectOneAsync(TimeSpan timeout, Func<Task> action, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, timeout, action, cancellationToken);

    public void Expect(int expectedCount, Action action, CancellationToken cancellationToken = default) =>
        Block(RunAsync(Asynchronous(action), expectedCount, timeout: null, cancellationToken));

    public Task ExpectAsync(int expectedCount, Func<Task> actionAsync, CancellationToken cancellationToken = default) =>
        RunAsync(WithResult(actionAsync), expectedCount, timeout: null, cancellationToken);

    public void Expect(
        int expectedCount,
        TimeSpan timeout,
        Action action,
        CancellationToken cancellationToken = default
    ) => Block(RunAsync(Asynchronous(action), expectedCount, timeout, cancellationToken));

    public Task ExpectAsync(
        int expectedCount,
        TimeSpan timeout,
        Func<Task> action,
        CancellationToken cancellationToken = default
    ) => RunAsync(WithResult(action), expectedCount, timeout, cancellationToken);

    public T ExpectOne<T>(Func<T> func, CancellationToken cancellationToken = default) =>
        Expect(1, func, cancellationToken);

    public Task<T> ExpectOneAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        ExpectAsync(1, func, cancellationToken);

    public T ExpectOne<T>(TimeSpan timeout, Func<T> func, CancellationToken cancellationToken = default) =>
        Expect(1, timeout, func, cancellationToken);

    public Task<T> ExpectOneAsync<T>(
        TimeSpan timeout,
        Func<Task<T>> func,
        CancellationToken cancellationToken = default
    ) => ExpectAsync(1, timeout, func, cancellationToken);

    public T Expect<T>(int expectedCount, Func<T> func, CancellationToken cancellationToken = default) =>
        Block(RunAsync(Asynchronous(func), expectedCount, timeout: null, cancellationToken));

    public Task<T> ExpectAsync<T>(
        int expectedCount,
        Func<Task<T>> func,
        CancellationToken cancellationToken = default
    ) => RunAsync(func, expectedCount, timeout: null, cancellationToken);

    public T Expect<T>(
        int expectedCount,
        TimeSpan timeout,
        Func<T> func,
        CancellationToken cancellationToken = default
    ) => Block(RunAsync(Asynchronous(func), expectedCount, timeout, cancellationToken));

    public Task<T> ExpectAsync<T>(
        int expectedCount,
        TimeSpan timeout,
        Func<Task<T>> func,
        CancellationToken cancellationToken = default
    ) => RunAsync(func, expectedCount, timeout, cancellationToken);

    public T Mute<T>(Func<T> func, CancellationToken cancellationToken = default) =>
        Block(MuteAsync(Asynchronous(func), cancellationToken));

    public Task<T> MuteAsync<T>(Func<Task<T>> func, CancellationToken cancellationToken = default) =>
        RunAsync(func, expectedCount: null, timeout: null, cancellationToken);

    public void Mute(Action action, CancellationToken cancellationToken = default) =>
        Block(MuteAsync(Asynchronous(action), cancellationToken));

    public Task MuteAsync(Func<Task> action, CancellationToken cancellationToken = default) =>
        MuteAsync(WithResult(action), cancellationToken);

    public IUnmutableFilter Mute() => new Muting(_system, _filters);

    private static T Block<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static Func<Task<T>> Asynchronous<T>(Func<T> function) => () => Task.FromResult(function());

    private static Func<Task<bool>> Asynchronous(Action action) =>
        () =>
        {
            action();
            return Task.FromResult(true);
        };

    private static Func<Task<bool>> WithResult(Func<Task> action) =>
        async () =>
        {
            await action();
            return true;
        };

    private async Task<T> RunAsync<T>(
        Func<Task<T>> function,
        int? expectedCount,
        TimeSpan? timeout,
        CancellationToken cancellationToken
    )
    {
        TimeSpan limit = timeout is { } given
            ? _testKit.Dilated(given)
            : _testKit.TestKitSettings.TestEventFilterLeeway;
        int count = 0;
        EventMatched onMatch = (_, _) => Interlocked.Increment(ref count);
        foreach (EventFilterBase filter in _filters)
            filter.EventMatched += onMatch;
        var muting = new Muting(_system, _filters);
        try
        {
            T result = await function();
            if (expectedCount is { } expected)
                await RequireAsync(() => Volatile.Read(ref count), expected, limit, cancellationToken);
            return result;
        }
        finally
        {
            foreach (EventFilterBase filter in _filters)
                filter.EventMatched -= onMatch;
            muting.Unmute();
        }
    }

    private async Task RequireAsync(Func<int> count, int expected, TimeSpan limit, CancellationToken cancellationToken)
    {
        // Waits for the last expected event, or, where none is expected, for the first.
        int awaited = Math.Max(expected, 1);
        await _testKit.AwaitConditionNoThrowAsync(
            () => count() >= awaited,
            limit,
            cancellationToken: cancellationToken
        );
        int actual = count();
        if (actual == expected)
            return;

        string filters = string.Join<EventFilterBase>(',', _filters);
        _testKit.TestAssertions.Fail(
            "{0}",
            actual < expected
                ? $"Timeout ({limit}) while waiting for messages. Only received {actual}/{expected} messages that matched filter [{filters}]"
                : $"Received {actual - expected} too many. Expected {expected} but received {actual} that matched filter [{filters}]"
        );
    }

    /// <summary>Filters in place from its making to Unmute.</summary>
    private sealed class Muting : IUnmutableFilter
    {
        private readonly ActorSystem _system;
        private EventFilterBase[] _filters;

        public Muting(ActorSystem system, EventFilterBase[] filters)
        {
            _system = system;
            _filters = filters;
            system.EventStream.Publish(new Mute((IReadOnlyCollection<EventFilterBase>)filters));
        }

        public void Unmute()
        {
            if (Interlocked.Exchange(ref _filters, value: null) is { } filters)
                _system.EventStream.Publish(new Unmute((IReadOnlyCollection<EventFilterBase>)filters));
        }

        public void Dispose() => Unmute();
    }
}
