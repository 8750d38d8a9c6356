using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Akka.Reactor.Tests.EventLoop;

/// <summary>A loop that is given its turns by somebody else than a thread of its own.</summary>
public sealed class DrivenLoopSpec : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly CountingWake _wake = new();
    private readonly ManualRunner _runner = new();
    private readonly List<Exception> _faults = [];
    private readonly ReactorLoop _loop;

    public DrivenLoopSpec()
    {
        _loop = new ReactorLoop("driven", _wake, _time, _faults.Add, _runner);
    }

    public void Dispose() => _loop.Dispose();

    [Fact]
    public void It_is_started_once_and_runs_nothing_by_itself()
    {
        int ran = 0;
        _loop.Execute(new ActionRun(() => ran++));
        _loop.Execute(new ActionRun(() => ran++));
        Assert.Same(_loop, Assert.Single(_runner.Started));
        Assert.Equal(0, ran);
        Assert.Equal(-1, _loop.RunOnce());
        Assert.Equal(2, ran);
    }

    [Fact]
    public void It_is_current_during_its_turn_and_not_after()
    {
        bool current = false;
        _loop.Execute(new ActionRun(() => current = _loop.IsCurrent));
        _loop.RunOnce();
        Assert.True(current);
        Assert.False(_loop.IsCurrent);
    }

    [Fact]
    public void Between_its_turns_it_is_asleep_and_woken_once_by_what_comes()
    {
        Start();
        _loop.Execute(new ActionRun(() => { }));
        _loop.Execute(new ActionRun(() => { }));
        Assert.Equal(1, _wake.Sets);
        Assert.Equal(-1, _loop.RunOnce());
        Assert.False(_wake.IsSet);
        _loop.Execute(new ActionRun(() => { }));
        Assert.Equal(2, _wake.Sets);
    }

    [Fact]
    public void It_says_how_long_it_waits()
    {
        Start();
        bool expired = false;
        _loop.Execute(new ActionRun(() => _loop.Arm(new TestDeadline(() => expired = true), TimeSpan.FromSeconds(2))));
        Assert.Equal(2000, _loop.RunOnce());
        _time.Advance(TimeSpan.FromMilliseconds(1999));
        Assert.Equal(1, _loop.RunOnce());
        Assert.False(expired);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(-1, _loop.RunOnce());
        Assert.True(expired);
    }

    [Theory]
    [InlineData(true, 7000 + 2000 - 50)]
    [InlineData(false, 2000)]
    public void Time_in_which_it_is_held_up_counts_for_no_peer(bool judgesPeer, int dueAt)
    {
        Start();
        TimeSpan? expiredAt = null;
        long start = _time.GetTimestamp();
        TestDeadline deadline = new(() => expiredAt = _time.GetElapsedTime(start), judgesPeer);
        _loop.Execute(new ActionRun(() => _loop.Arm(deadline, TimeSpan.FromSeconds(2))));
        Assert.Equal(2000, _loop.RunOnce());
        _loop.Execute(new ActionRun(() => _time.Advance(TimeSpan.FromSeconds(7))));
        for (int? wait = _loop.RunOnce(); expiredAt is null; wait = _loop.RunOnce())
        {
            Assert.NotEqual(-1, wait);
            _time.Advance(TimeSpan.FromMilliseconds(wait ?? 0));
        }

        Assert.Equal(Math.Max(dueAt, 7000), expiredAt.Value.TotalMilliseconds);
    }

    [Fact]
    public void A_deadline_armed_after_it_was_held_up_is_not_late_for_that()
    {
        Start();
        bool expired = false;
        _loop.Execute(
            new ActionRun(() =>
            {
                _time.Advance(TimeSpan.FromSeconds(7));
                _loop.Arm(new TestDeadline(() => expired = true, judgesPeer: true), TimeSpan.FromSeconds(2));
            })
        );
        Assert.Equal(2000, _loop.RunOnce());
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(-1, _loop.RunOnce());
        Assert.True(expired);
    }

    [Fact]
    public void It_asks_its_engine_at_the_start_of_a_turn_and_is_parked_until_the_batch_is_consumed()
    {
        ScriptedEngine engine = new(_wake);
        RecordingTarget target = new();
        Registration registration = Registered(0);
        _loop.Execute(new ActionRun(() => _loop.Attach(engine, target)));
        Assert.True(_loop.IsParked);
        _loop.RunOnce();
        Assert.False(_loop.IsParked);
        engine.Next(() => [new EngineEvent(registration, Readiness.Readable)]);
        _loop.RunOnce();
        Assert.Equal("batch", target.Next());
        Assert.True(_loop.IsParked);
        _loop.Execute(new ActionRun(() => _loop.BatchConsumed(_loop.Batch.Length)));
        _loop.RunOnce();
        Assert.False(_loop.IsParked);
        Assert.DoesNotContain(-1, engine.Timeouts);
    }

    [Fact]
    public void What_is_left_of_a_batch_is_told_again_after_what_the_first_part_wrote_was_flushed()
    {
        ScriptedEngine engine = new(_wake);
        List<string> order = [];
        Registration[] registrations = [Registered(0), Registered(1), Registered(2)];
        RecordingTarget target = new(() =>
            _loop.Execute(
                new ActionRun(() =>
                {
                    int slot = _loop.Batch[0].Registration.Slot;
                    order.Add($"{_loop.Batch.Length} left from {slot}");
                    _loop.Execute(new ActionRun(() => order.Add($"run {slot}")));
                    _loop.FlushLater(new Noted(() => order.Add($"flush {slot}")));
                    _loop.BatchConsumed(1);
                })
            )
        );
        _loop.Execute(new ActionRun(() => _loop.Attach(engine, target)));
        _loop.RunOnce();
        engine.Next(() => [.. registrations.Select(registration => new EngineEvent(registration, Readiness.Readable))]);
        int waits = engine.Waits;
        Assert.Equal(-1, _loop.RunOnce());
        Assert.Equal(waits + 1, engine.Waits);
        Assert.False(_loop.IsParked);
        Assert.Equal(
            [
                "3 left from 0",
                "run 0",
                "flush 0",
                "2 left from 1",
                "run 1",
                "flush 1",
                "1 left from 2",
                "run 2",
                "flush 2",
            ],
            order
        );
    }

    [Fact]
    public void What_is_left_of_a_batch_does_not_wait_for_actors_that_keep_each_other_busy()
    {
        ScriptedEngine engine = new(_wake);
        int ran = 0;
        List<int> toldAfter = [];
        RecordingTarget target = new(() =>
            _loop.Execute(
                new ActionRun(() =>
                {
                    toldAfter.Add(ran);
                    _loop.BatchConsumed(1);
                })
            )
        );
        _loop.Execute(new ActionRun(() => _loop.Attach(engine, target)));
        _loop.RunOnce();
        engine.Next(() =>
            [.. Enumerable.Range(0, 10).Select(slot => new EngineEvent(Registered(slot), Readiness.Readable))]
        );
        _loop.Execute(new ActionRun(Again));
        while (toldAfter.Count < 10)
        {
            _loop.RunOnce();
        }

        // A few runs of theirs between two parts, whatever a turn may last.
        Assert.InRange(toldAfter[^1] - toldAfter[0], 9, 90);

        void Again()
        {
            ran++;
            _loop.Execute(new ActionRun(Again));
        }
    }

    [Fact]
    public void What_is_left_of_a_batch_goes_with_its_engine()
    {
        ScriptedEngine engine = new(_wake);
        RecordingTarget target = new();
        _loop.Execute(new ActionRun(() => _loop.Attach(engine, target)));
        _loop.RunOnce();
        engine.Next(() =>
            [new EngineEvent(Registered(0), Readiness.Readable), new EngineEvent(Registered(1), Readiness.Readable)]
        );
        _loop.RunOnce();
        _loop.Execute(
            new ActionRun(() =>
            {
                _loop.BatchConsumed(1);
                _loop.Detach();
                _loop.BatchConsumed(1);
            })
        );
        _loop.RunOnce();
        Assert.Equal("batch", Assert.Single(target.Told));
        Assert.Equal(0, _loop.Batch.Length);
    }

    [Fact]
    public void Stopped_it_ends_and_starts_again_when_something_comes()
    {
        Start();
        _loop.Stop();
        Assert.Equal(1, _wake.Sets);
        Assert.Null(_loop.RunOnce());
        _loop.Execute(new ActionRun(() => { }));
        Assert.Equal(2, _runner.Started.Count);
        Assert.Equal(-1, _loop.RunOnce());
        Assert.Empty(_faults);
    }

    private void Start()
    {
        _loop.Execute(new ActionRun(() => { }));
        Assert.Equal(-1, _loop.RunOnce());
    }

    private Registration Registered(int slot) => new(slot + 1, SocketKind.Stream, this, slot, 1);

    private sealed class Noted(Action flush) : IFlushable
    {
        public void Flush() => flush();
    }
}
