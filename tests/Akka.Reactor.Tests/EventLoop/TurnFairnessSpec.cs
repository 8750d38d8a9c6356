using System;
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
    public void Long_work_that_continues_runs_behind_all_others_and_once_in_a_turn_at_least()
    {
        int continued = 0;
        int others = 0;
        bool othersGoOn = false;
        void Continue()
        {
            continued++;
            _time.Advance(TimeSpan.FromMilliseconds(1));
            _loop.RunLast(new ActionRun(Continue));
        }

        void Other()
        {
            others++;
            _time.Advance(TimeSpan.FromMilliseconds(1));
            if (othersGoOn)
            {
                _loop.Execute(new ActionRun(Other));
            }
        }

        _loop.Execute(
            new ActionRun(() =>
            {
                for (int i = 0; i < 1000; i++)
                {
                    _loop.RunLast(new ActionRun(Continue));
                }
            })
        );
        Assert.Equal(0, _loop.RunOnce());
        Assert.InRange(continued, 1, 20);

        // What comes now does not wait for the thousand.
        _loop.Execute(new ActionRun(Other));
        Assert.Equal(0, _loop.RunOnce());
        Assert.Equal(1, others);

        othersGoOn = true;
        _loop.Execute(new ActionRun(Other));
        for (int turn = 0; turn < 10; turn++)
        {
            int before = continued;
            Assert.Equal(0, _loop.RunOnce());
            Assert.InRange(continued - before, 1, 20);
        }
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

    /// <summary>Runs that its flush has caused give it no second flush before the network was asked.</summary>
    [Fact]
    public void Whoever_wants_another_flush_while_being_flushed_has_it_in_the_next_turn()
    {
        int flushed = 0;
        int told = 0;
        _loop.Execute(
            new ActionRun(() =>
                _loop.FlushLater(
                    new Greedy(
                        this,
                        () =>
                        {
                            flushed++;
                            _loop.Execute(new ActionRun(() => told++));
                        }
                    )
                )
            )
        );
        for (int turn = 1; turn <= 10; turn++)
        {
            Assert.Equal(0, _loop.RunOnce());
            Assert.Equal(turn, flushed);
            Assert.Equal(turn, told);
        }
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
                    _loop.Arm(new TestDeadline(() => expired++), TimeSpan.FromMilliseconds(5));
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
        TimeSpan each = TimeSpan.FromMilliseconds(2);
        void Again()
        {
            _time.Advance(each);
            _loop.Execute(new ActionRun(Again));
        }

        for (int i = 0; i < 4; i++)
        {
            _loop.Execute(new ActionRun(Again));
        }

        Assert.Equal(0, _loop.RunOnce());
        bool expired = false;
        long armed = -1;
        _loop.Execute(
            new ActionRun(() =>
            {
                armed = _time.GetTimestamp();
                _loop.Arm(new TestDeadline(() => expired = true), TimeSpan.FromMilliseconds(20));
            })
        );
        for (int turn = 0; !expired; turn++)
        {
            // Without a bound in time a turn would last for 1,024 runs.
            Assert.True(turn < 5, "Five turns of 10 ms were not enough.");
            Assert.Equal(0, _loop.RunOnce());
            Assert.True(armed >= 0, "A command of somebody else's had to wait for longer than a turn.");
        }

        // Late by what one turn may take, and no more.
        Assert.InRange(_time.GetElapsedTime(armed).TotalMilliseconds, 20, 20 + 10 + each.TotalMilliseconds);
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
}
