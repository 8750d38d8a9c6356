namespace Akka.Reactor.Simulated;

/// <summary>Defines how a simulated engine waits.</summary>
internal interface IWaiting
{
    /// <summary>Returns when the engine has something to report, the wake signal is set, or the timeout is over.</summary>
    void Wait(IReadySource engine, SimulatedWake wake, int timeoutMilliseconds);
}

/// <summary>
/// Waiting for an engine of a driven loop: it returns immediately, because the driver gives the loop a turn only if there
/// is something to do.
/// </summary>
internal sealed class NoWaiting : IWaiting
{
    internal static readonly NoWaiting Instance = new();

    private NoWaiting() { }

    public void Wait(IReadySource engine, SimulatedWake wake, int timeoutMilliseconds) { }
}

/// <summary>
/// Waiting for an engine without a driver: a wait advances the network and its clock. If nothing is under way and the wait
/// has no timeout, another thread must set the wake signal.
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
