using System;
using System.Diagnostics;
using System.Threading;
using Akka.Reactor.EventLoop;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Akka.Reactor.Tests.EventLoop;

/// <summary>Nobody who always has something to do keeps the others out.</summary>
public sealed class TurnFairnessSpec : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly CountingWake _wake = new();
    private readonly ReactorLoop _loop;

    public TurnFairnessSpec()
    {
        _loop = new ReactorLoop("driven", _wake, _time, fault => throw fault, new ManualRunner());
    }

    public void Dispose() => _loop.Dispose();

    [Fact]
    public void A_turn_ends_after_its_time_whatever_is_left_to_run()
    {
        int runs = 0;
        void Again()
        {
            runs++;
            _time.Advance(TimeSpan.FromMilliseconds(3));
            _loop.Execute(new ActionRun(Again));
        }

        _loop.Execute(new ActionRun(Again));
        for (int turn = 0; turn < 10; turn++)
        {
            int before = runs;
            Assert.Equal(0, _loop.RunOnce());
            Assert.InRange(runs - before, 1, 5);
        }
    }

    [Fact]
    public void A_turn_of_short_runs_is_ended_by_their_number()
    {
        int runs = 0;
        void Again()
        {
            runs++;
            _loop.Execute(new ActionRun(Again));
        }

        _loop.Execute(new ActionRun(Again));
        Assert.Equal(0, _loop.RunOnce());
        Assert.Equal(1024, runs);
    }

    [Fact]
    public void Flushing_ends_after_its_time_and_goes_on_in_turn_where_it_ended()
    {
        int[] flushed = new int[40];
        _loop.Execute(
            new ActionRun(() =>
            {
                for (int i = 0; i < flushed.Length; i++)
                {
                    int number = i;
                    _loop.FlushLater(new Greedy(this, () => flushed[number]++));
                }
            })
        );
        int turns = 0;
        while (flushed[^1] == 0)
        {
            Assert.Equal(0, _loop.RunOnce());
            Assert.True(++turns < 20);
        }

        Assert.True(turns >= 4, $"40 flushes of 2 ms took {turns} turns.");
        for (int turn = 0; turn < 100; turn++)
        {
            _loop.RunOnce();
        }

        Array.Sort(flushed);
        Assert.InRange(flushed[^1] - flushed[0], 0, 1);
    }

    [Fact]
    public void Deadlines_that_are_due_all_at_once_take_more_than_one_turn()
    {
        int expired = 0;
        _loop.Execute(
            new ActionRun(() =>
            {
                for (int i = 0; i < 3000; i++)
                {
                    _loop.Arm(new CountingDeadline(() => expired++), TimeSpan.FromMilliseconds(5));
                }
            })
        );
        Assert.Equal(5, _loop.RunOnce());
        _time.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal(0, _loop.RunOnce());
        Assert.InRange(expired, 1, 2000);
        Assert.Equal(0, _loop.RunOnce());
        Assert.Equal(-1, _loop.RunOnce());
        Assert.Equal(3000, expired);
    }

    [Fact]
    public void Deadlines_and_others_commands_have_their_turn_while_slow_work_goes_on_without_end()
    {
        using TestLoop test = new();
        bool over = false;
        void Again()
        {
            if (!Volatile.Read(ref over))
            {
                Thread.Sleep(2);
                test.Execute(Again);
            }
        }

        for (int i = 0; i < 4; i++)
        {
            test.Execute(Again);
        }

        try
        {
            long started = Stopwatch.GetTimestamp();
            using ManualResetEventSlim expired = new();
            test.On(() => test.Loop.Arm(new CountingDeadline(expired.Set), TimeSpan.FromMilliseconds(20)));
            Assert.True(expired.Wait(TestLoop.Patience));

            // Without a bound in time the turn would last for 1,024 runs.
            Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }
        finally
        {
            Volatile.Write(ref over, true);
        }
    }

    private sealed class Greedy(TurnFairnessSpec spec, Action flushed) : IFlushable
    {
        public void Flush()
        {
            flushed();
            spec._time.Advance(TimeSpan.FromMilliseconds(2));
            spec._loop.FlushLater(this);
        }
    }

    private sealed class CountingDeadline(Action expire) : Deadline
    {
        internal override void Expire() => expire();
    }
}
