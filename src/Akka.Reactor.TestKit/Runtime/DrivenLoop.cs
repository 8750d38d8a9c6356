using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Simulated;

/// <summary>
/// A loop without a thread. It is given a turn only when it has a reason for one: work left over, its wake signal, its
/// engine, its deadline. So a wake-up that somebody forgets is missed here too, and the run hangs visibly.
/// </summary>
internal sealed class DrivenLoop(ReactorLoop loop, SimulatedWake wake, VirtualClock clock)
{
    /// <summary>When its wait is over; <see cref="Agenda.Never"/> without a deadline.</summary>
    internal long DueAt { get; private set; } = clock.Ticks;

    internal bool Ended { get; private set; }

    internal bool HasReason =>
        DueAt <= clock.Ticks || wake.IsSet || (!loop.IsParked && wake.Engine is { HasReady: true });

    internal void TakeTurn()
    {
        switch (loop.RunOnce())
        {
            case null:
                Ended = true;
                break;
            case < 0:
                DueAt = Agenda.Never;
                break;
            case { } wait:
                DueAt = clock.Ticks + (wait * System.TimeSpan.TicksPerMillisecond);
                break;
        }
    }
}
