using System;
using System.Linq;
using System.Threading;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Akka.Reactor.Tests.EventLoop;

/// <summary>A loop and its engine: when it is asked, what becomes of its events, and of its failure.</summary>
public sealed class ReactorLoopEngineSpec
{
    [Fact]
    public void Waits_without_end_when_nothing_is_due_and_until_the_deadline_when_something_is()
    {
        FakeTimeProvider time = new();
        using TestLoop test = new(time);
        ScriptedEngine engine = new(test.Wake);
        test.On(() => test.Loop.Attach(engine, new RecordingTarget()));
        SpinUntil(() => engine.Timeouts.Contains(-1));
        test.On(() => test.Loop.Arm(new TestDeadline(() => { }), TimeSpan.FromMinutes(2)));
        SpinUntil(() => engine.Timeouts.Contains(120_000));

        // Nothing happens: it does not ask again.
        int waits = engine.Waits;
        Assert.False(SpinWait.SpinUntil(() => engine.Waits > waits, TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public void A_failed_engine_is_let_go_of_and_told_to_its_target_and_the_loop_goes_on()
    {
        using TestLoop test = new();
        ScriptedEngine engine = new(test.Wake);
        RecordingTarget target = new();
        test.On(() => test.Loop.Attach(engine, target));
        InvalidOperationException cause = new("the engine broke");
        engine.Next(() => throw cause);
        Assert.Same(cause, target.Next());
        int waits = engine.Waits;
        Assert.Equal(1, test.On(() => 1));
        using ManualResetEventSlim expired = new();
        test.On(() => test.Loop.Arm(new TestDeadline(expired.Set), TimeSpan.FromMilliseconds(5)));
        Assert.True(expired.Wait(TestLoop.Patience));
        Assert.Equal(waits, engine.Waits);
        Assert.Empty(test.Faults);

        ScriptedEngine fresh = new(test.Wake);
        test.On(() => test.Loop.Attach(fresh, target));
        SpinUntil(() => fresh.Waits > 0);
    }

    [Fact]
    public void While_a_batch_waits_to_be_consumed_the_loop_runs_but_does_not_ask_its_engine()
    {
        using TestLoop test = new();
        ScriptedEngine engine = new(test.Wake);
        RecordingTarget target = new();
        Registration registration = new(1, SocketKind.Stream, this, 0, 1);
        test.On(() => test.Loop.Attach(engine, target));
        engine.Next(() => [new EngineEvent(registration, Readiness.Readable)]);
        Assert.Equal("batch", target.Next());
        int waits = engine.Waits;
        engine.Next(() => [new EngineEvent(registration, Readiness.Writable)]);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(i, test.On(() => i));
        }

        Assert.Equal(waits, engine.Waits);
        Assert.Empty(target.Told);
        Assert.Equal(Readiness.Readable, test.On(() => test.Loop.Batch[0].Readiness));
        using ManualResetEventSlim expired = new();
        test.On(() => test.Loop.Arm(new TestDeadline(expired.Set), TimeSpan.FromMilliseconds(5)));
        Assert.True(expired.Wait(TestLoop.Patience));

        test.On(() => test.Loop.BatchConsumed(1));
        Assert.Equal("batch", target.Next());
        Assert.Equal(Readiness.Writable, test.On(() => test.Loop.Batch[0].Readiness));
        test.On(() => test.Loop.BatchConsumed(1));
    }

    [Fact]
    public void What_the_target_does_with_a_batch_is_done_before_the_next_is_asked_for()
    {
        using TestLoop test = new();
        ScriptedEngine engine = new(test.Wake);
        Registration registration = new(1, SocketKind.Stream, this, 0, 1);
        int batches = 0;
        RecordingTarget target = new(() =>
            test.Execute(() =>
            {
                batches += test.Loop.Batch.Length;
                test.Loop.BatchConsumed(test.Loop.Batch.Length);
            })
        );
        test.On(() => test.Loop.Attach(engine, target));
        for (int i = 0; i < 100; i++)
        {
            engine.Next(() => [new EngineEvent(registration, Readiness.Readable)]);
        }

        for (int i = 0; i < 100; i++)
        {
            Assert.Equal("batch", target.Next());
        }

        Assert.Equal(100, test.On(() => batches));
    }

    [Fact]
    public void Without_an_engine_the_loop_still_runs_what_it_is_given()
    {
        using TestLoop test = new();
        test.UseEngine();
        Assert.Equal(1, test.On(() => 1));
        test.On(test.Loop.Detach);
        Assert.Equal(2, test.On(() => 2));
    }

    private static void SpinUntil(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, TestLoop.Patience), "It did not happen in time.");
}
