using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Simulated;

/// <summary>
/// A loop without a thread. It gets a turn only if it has a reason for one: remaining work, its wake signal, its engine, or
/// its deadline. So a forgotten wake-up is also missed here, and the run visibly hangs.
/// </summary>
internal sealed class DrivenLoop(ReactorLoop loop, SimulatedWake wake, VirtualClock clock)
{
    /// <summary>The time at which the wait of the loop is over, or <see cref="Agenda.Never"/> if it has no deadline.</summary>
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
