using System;
using System.Collections.Concurrent;
using System.Threading;
using Akka.Reactor.EventLoop;
using Xunit;

namespace Akka.Reactor.Tests.EventLoop;

public sealed class StallWatchdogSpec : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(60);

    private readonly TestLoop _one = new();
    private readonly TestLoop _two = new();
    private readonly Recorder _recorder = new();
    private readonly StallWatchdog _watchdog;

    public StallWatchdogSpec()
    {
        _watchdog = new StallWatchdog("test-watchdog", [_one.Loop, _two.Loop], Limit, _recorder);
    }

    public void Dispose()
    {
        _watchdog.Dispose();
        _one.Dispose();
        _two.Dispose();
        _recorder.Told.Dispose();
    }

    [Fact]
    public void What_never_returns_is_told_of_while_it_runs_and_once_more_when_it_is_let_go()
    {
        using ManualResetEventSlim release = new();
        ActionRun holder = new(() => release.Wait(TestLoop.Patience));
        _two.Loop.Execute(holder);
        (ReactorLoop loop, object? what, TimeSpan heldFor) = _recorder.Next();
        Assert.Same(_two.Loop, loop);
        Assert.Same(holder, what);
        Assert.True(heldFor >= Limit);

        // Twice the time in which it was told of first.
        Assert.False(_recorder.Told.TryTake(out _, 4 * Limit));
        Assert.Equal(1, _one.On(() => 1));
        release.Set();
        (loop, what, TimeSpan total) = _recorder.Next();
        Assert.Same(_two.Loop, loop);
        Assert.Null(what);
        Assert.True(total > heldFor + (2 * Limit), $"{total} after {heldFor}");
    }

    [Theory]
    [InlineData("flush")]
    [InlineData("deadline")]
    public void Flushes_and_deadlines_are_told_of_too(string kind)
    {
        using ManualResetEventSlim release = new();
        Holder holder = new(release);
        BlockingDeadline deadline = new(release);
        _one.Execute(() =>
        {
            if (kind is "flush")
            {
                _one.Loop.FlushLater(holder);
            }
            else
            {
                _one.Loop.Arm(deadline, TimeSpan.FromMilliseconds(1));
            }
        });
        Assert.Same(kind is "flush" ? holder : deadline, _recorder.Next().What);
        release.Set();
        Assert.Null(_recorder.Next().What);
    }

    [Fact]
    public void While_all_loops_wait_it_sleeps_and_wakes_once_for_what_comes()
    {
        _one.On(() => { });
        AwaitAsleep();
        long looks = _watchdog.Looks;
        Assert.False(SpinWait.SpinUntil(() => !_watchdog.IsAsleep || _watchdog.Looks != looks, 5 * Limit));
        _one.On(() => { });
        AwaitAsleep();
        Assert.InRange(_watchdog.Looks - looks, 1, 20);
        Assert.Empty(_recorder.Told);
    }

    [Fact]
    public void A_loop_that_begins_to_work_at_the_moment_it_falls_asleep_is_looked_at()
    {
        // Every round hits another point of the way to sleep.
        Random random = new(3);
        for (int round = 0; round < 20; round++)
        {
            _one.On(() => { });
            AwaitAsleep();
            _one.On(() => { });
            Thread.SpinWait(random.Next(200_000));
            using ManualResetEventSlim release = new();
            _two.Execute(() => release.Wait(TestLoop.Patience));
            Assert.Same(_two.Loop, _recorder.Next().Loop);
            release.Set();
            Assert.Null(_recorder.Next().What);
        }
    }

    [Fact]
    public void A_loop_that_is_busy_with_short_work_is_not_accused()
    {
        bool over = false;
        void Again()
        {
            if (!Volatile.Read(ref over))
            {
                Thread.Sleep(1);
                _one.Execute(Again);
            }
        }

        _one.Execute(Again);
        Assert.False(_recorder.Told.TryTake(out _, 10 * Limit));
        Volatile.Write(ref over, true);
    }

    [Fact]
    public void A_loop_whose_thread_has_ended_keeps_nobody_awake()
    {
        _one.On(() => { });
        _one.StopAndJoin();
        AwaitAsleep();
    }

    private void AwaitAsleep() =>
        Assert.True(SpinWait.SpinUntil(() => _watchdog.IsAsleep, TestLoop.Patience), "The watchdog does not sleep.");

    private sealed class Holder(ManualResetEventSlim release) : IFlushable
    {
        public void Flush() => release.Wait(TestLoop.Patience);
    }

    private sealed class BlockingDeadline(ManualResetEventSlim release) : Deadline
    {
        internal override void Expire() => release.Wait(TestLoop.Patience);
    }

    /// <summary>An end is noted without what ended.</summary>
    private sealed class Recorder : IStallListener
    {
        internal BlockingCollection<(ReactorLoop Loop, object? What, TimeSpan HeldFor)> Told { get; } = [];

        public void Stalled(ReactorLoop loop, object? what, TimeSpan heldFor) => Told.Add((loop, what, heldFor));

        public void StallEnded(ReactorLoop loop, TimeSpan heldFor) => Told.Add((loop, null, heldFor));

        internal (ReactorLoop Loop, object? What, TimeSpan HeldFor) Next() =>
            Told.TryTake(out (ReactorLoop, object?, TimeSpan) told, TestLoop.Patience)
                ? told
                : throw new TimeoutException("The watchdog told nothing.");
    }
}
