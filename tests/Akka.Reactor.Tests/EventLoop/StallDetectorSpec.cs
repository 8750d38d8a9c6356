using Akka.Reactor.EventLoop;
using Xunit;

namespace Akka.Reactor.Tests.EventLoop;

public sealed class StallDetectorSpec
{
    private readonly StallDetector _detector = new(100);

    [Fact]
    public void What_is_seen_for_as_long_as_the_limit_is_told_of_once()
    {
        Look(StallFinding.None, 7, true, 50);
        Look(StallFinding.None, 7, true, 50);
        Look(StallFinding.Begun, 7, true, 50);
        Assert.Equal(100, _detector.HeldFor);
        Look(StallFinding.None, 7, true, 50);
        Look(StallFinding.None, 7, true, 50);
    }

    [Fact]
    public void Its_end_is_told_of_once_with_the_whole_time()
    {
        Look(StallFinding.None, 7, true, 50);
        Look(StallFinding.Begun, 7, true, 100);
        Look(StallFinding.None, 7, true, 50);
        Look(StallFinding.Ended, 8, true, 50);
        Assert.Equal(200, _detector.HeldFor);
        Look(StallFinding.None, 8, true, 50);
        Look(StallFinding.Begun, 8, true, 50);
        Look(StallFinding.Ended, 8, false, 50);
        Look(StallFinding.None, 8, false, 50);
    }

    [Fact]
    public void Nobody_is_accused_of_what_many_did_one_after_the_other()
    {
        for (int number = 0; number < 100; number++)
        {
            Look(StallFinding.None, number, true, 50);
            Look(StallFinding.None, number, true, 49);
        }
    }

    [Fact]
    public void A_loop_that_waits_is_not_stalled_however_long()
    {
        Look(StallFinding.None, 7, true, 50);
        Assert.True(_detector.IsActive);
        Look(StallFinding.None, 7, false, 50);
        Assert.False(_detector.IsActive);
        Look(StallFinding.None, 7, false, 5000);
        Look(StallFinding.None, 7, false, 5000);
        Assert.False(_detector.IsActive);
    }

    [Fact]
    public void A_loop_that_has_worked_between_two_looks_is_active()
    {
        Look(StallFinding.None, 7, false, 50);
        Look(StallFinding.None, 9, false, 50);
        Assert.True(_detector.IsActive);
        Look(StallFinding.None, 9, false, 50);
        Assert.False(_detector.IsActive);
    }

    private void Look(StallFinding expected, int number, bool isBusy, double elapsed) =>
        Assert.Equal(expected, _detector.Look(number, isBusy, elapsed));
}
