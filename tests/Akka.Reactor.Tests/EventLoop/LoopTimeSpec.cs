using Akka.Reactor.EventLoop;
using Xunit;

namespace Akka.Reactor.Tests.EventLoop;

/// <summary>Which time of a loop counts for nobody's silence.</summary>
public sealed class LoopTimeSpec
{
    [Fact]
    public void Peers_time_leaves_out_what_a_turn_was_held_up_beyond_fifty_milliseconds()
    {
        LoopTime time = Working(at: 1000);
        time.Note(1050);
        Assert.Equal(1050, time.ToPeerTime(1050));
        time.Note(8050);
        Assert.Equal(1100, time.ToPeerTime(8050));
        time.TurnEnds(8150, waits: false);
        Assert.Equal(1150, time.ToPeerTime(8150));
        Assert.Equal(8150, time.Recent);
        Assert.Equal(8150, time.FromPeerTime(1150));
        Assert.Equal(Deadline.Never, time.FromPeerTime(Deadline.Never));
    }

    [Fact]
    public void A_wait_is_no_work_however_long_it_is()
    {
        LoopTime time = Working(at: 1000);
        time.TurnEnds(1001, waits: true);
        time.TurnBegins(100_000);
        Assert.Equal(100_000, time.ToPeerTime(100_000));
        Assert.Equal(100_000, time.Recent);
    }

    /// <summary>As when a process is stopped in a look for events that does not wait.</summary>
    [Fact]
    public void Between_two_turns_with_work_to_do_it_is_held_up_too()
    {
        LoopTime time = Working(at: 1000);
        time.TurnEnds(1001, waits: false);
        time.TurnBegins(8051);
        Assert.Equal(1051, time.ToPeerTime(8051));
    }

    /// <summary>Else nobody would ever be timed out on a loop whose handlers always block.</summary>
    [Fact]
    public void On_a_loop_that_is_always_held_up_peers_time_goes_on()
    {
        LoopTime time = Working(at: 0);
        for (int second = 1; second <= 20; second++)
        {
            time.TurnEnds((second * 1000) - 1, waits: false);
            time.TurnBegins(second * 1000);
        }

        Assert.InRange(time.ToPeerTime(20_000), 1000, 1100);
    }

    private static LoopTime Working(long at)
    {
        LoopTime time = default;
        time.TurnEnds(0, waits: true);
        time.TurnBegins(at);
        return time;
    }
}
