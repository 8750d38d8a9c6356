namespace Akka.Reactor.Simulated;

/// <summary>What it means to wait in a simulated engine.</summary>
internal interface IWaiting
{
    /// <summary>Returns when there is something to report, the wake signal is set, or the time is over.</summary>
    void Wait(IReadySource engine, SimulatedWake wake, int timeoutMilliseconds);
}

/// <summary>The loop is driven: it is asked only when there is something, and never waits.</summary>
internal sealed class NoWaiting : IWaiting
{
    internal static readonly NoWaiting Instance = new();

    private NoWaiting() { }

    public void Wait(IReadySource engine, SimulatedWake wake, int timeoutMilliseconds) { }
}

/// <summary>
/// The engine stands alone: waiting is what makes the network and its clock go on. With nothing under way and no end to the
/// wait, another thread must set the wake signal.
/// </summary>
internal sealed class WaitingMovesTime(SimulatedNetwork network) : IWaiting
{
    public void Wait(IReadySource engine, SimulatedWake wake, int timeoutMilliseconds)
    {
        VirtualClock clock = network.Clock;
        long until =
            timeoutMilliseconds < 0
                ? Agenda.Never
                : clock.Ticks + (timeoutMilliseconds * System.TimeSpan.TicksPerMillisecond);
        while (true)
        {
            while (network.Agenda.TakeDue(clock.Ticks) is { } due)
            {
                due();
            }

            long next = System.Math.Min(until, network.Agenda.NextAt);
            if (engine.HasReady || wake.IsSet || clock.Ticks >= until)
            {
                return;
            }

            if (next == Agenda.Never)
            {
                wake.Wait(-1);
                wake.Set();
                return;
            }

            clock.MoveTo(next);
        }
    }
}
