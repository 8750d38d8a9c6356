using System;
using Akka.Reactor.EventLoop;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Akka.Reactor.Tests.EventLoop;

/// <summary>What a loop says of its work to whoever looks at it: enough to find out what holds it, and since when.</summary>
public sealed class LoopActivitySpec : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly ReactorLoop _loop;
    private readonly StallDetector _detector = new(100);
    private object? _seen;
    private StallFinding _finding;

    public LoopActivitySpec()
    {
        _loop = new ReactorLoop("driven", new CountingWake(), _time, fault => throw fault, new ManualRunner());
    }

    public void Dispose() => _loop.Dispose();

    [Theory]
    [InlineData("run")]
    [InlineData("flush")]
    [InlineData("deadline")]
    public void What_holds_the_loop_is_named_while_it_does_and_let_go_afterwards(string kind)
    {
        ActionRun run = new(Hold);
        Flush flush = new(Hold);
        Due deadline = new(Hold);
        _loop.Execute(
            kind switch
            {
                "run" => run,
                "flush" => new ActionRun(() => _loop.FlushLater(flush)),
                _ => new ActionRun(() => _loop.Arm(deadline, Soon)),
            }
        );
        _loop.RunOnce();
        _time.Advance(Soon);
        _loop.RunOnce();
        object expected = kind switch
        {
            "run" => run,
            "flush" => flush,
            _ => deadline,
        };
        Assert.Same(expected, _seen);
        Assert.Equal(StallFinding.Begun, _finding);

        // It waits again.
        Assert.False(_loop.Activity.IsBusy);
        Assert.Null(_loop.Activity.Running);
        Assert.Equal(StallFinding.Ended, Look(50));
        Assert.Equal(StallFinding.None, Look(5000));
        Assert.False(_detector.IsActive);
    }

    [Fact]
    public void Short_work_one_after_the_other_has_another_number_each()
    {
        for (int i = 0; i < 100; i++)
        {
            _loop.Execute(new ActionRun(() => Assert.Equal(StallFinding.None, Look(99))));
        }

        _loop.RunOnce();
    }

    private void Hold()
    {
        Look(0);
        _finding = Look(100);
        _seen = _loop.Activity.Running;
    }

    private StallFinding Look(double elapsed) => _detector.Look(_loop.Activity.Number, _loop.Activity.IsBusy, elapsed);

    private sealed class Flush(Action hold) : IFlushable
    {
        void IFlushable.Flush() => hold();
    }

    private sealed class Due(Action hold) : Deadline
    {
        internal override void Expire() => hold();
    }
}
