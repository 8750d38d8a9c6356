using Akka.Reactor.EventLoop;
using Xunit;

namespace Akka.Reactor.Tests.EventLoop;

/// <summary>Which time of a loop counts for nobody's silence.</summary>
public sealed class LoopTimeSpec
{
    [Fact]
    public void Time_in_which_a_turn_was_held_up_is_added_up()
    {
        LoopTime time = Working(at: 1000);
        time.Note(1049);
        Assert.Equal(0, time.HeldUp);
        time.Note(8049);
        Assert.Equal(7000, time.HeldUp);
        time.TurnEnds(8149, waits: false);
        Assert.Equal(7100, time.HeldUp);
        Assert.Equal(8149, time.Recent);
    }

    [Fact]
    public void A_wait_is_no_work_however_long_it_is()
    {
        LoopTime time = Working(at: 1000);
        time.TurnEnds(1001, waits: true);
        time.TurnBegins(100_000);
        Assert.Equal(0, time.HeldUp);
        Assert.Equal(100_000, time.Recent);
    }

    /// <summary>As when a process is stopped in a look for events that does not wait.</summary>
    [Fact]
    public void Between_two_turns_with_work_to_do_it_is_held_up_too()
    {
        LoopTime time = Working(at: 1000);
        time.TurnEnds(1001, waits: false);
        time.TurnBegins(8001);
        Assert.Equal(7000, time.HeldUp);
    }

    private static LoopTime Working(long at)
    {
        LoopTime time = default;
        time.TurnEnds(0, waits: true);
        time.TurnBegins(at);
        return time;
    }
}
