using System.Threading;

namespace Akka.Reactor.EventLoop;

/// <summary>
/// Shows the <see cref="StallWatchdog"/> what a loop is running. It costs two plain stores per run, and no fence, no clock and no
/// system call. Written by the loop, read by any thread.
/// </summary>
internal sealed class LoopActivity
{
    private readonly object _between = new();
    private object? _running;
    private int _number;

    /// <summary>
    /// The object that the loop runs now; null while the loop waits, and at the beginning of a turn until the first run.
    /// </summary>
    internal object? Running =>
        Volatile.Read(ref _running) is { } running && !ReferenceEquals(running, _between) ? running : null;

    /// <summary>False while the loop waits.</summary>
    internal bool IsBusy => Volatile.Read(ref _running) is not null;

    /// <summary>The number of the current run. It changes with every run.</summary>
    internal int Number => Volatile.Read(ref _number);

    /// <summary>The watchdog to wake when a turn begins. It is set before the loop first runs, or never.</summary>
    internal StallWatchdog? Watchdog { get; set; }

    /// <summary>Records that the loop has ended its wait. Costs more only when the watchdog sleeps.</summary>
    internal void BeginTurn()
    {
        Begin(_between);
        if (Watchdog is { IsAsleep: true } watchdog)
        {
            watchdog.Wake();
        }
    }

    /// <summary>Records that the loop runs this object next.</summary>
    internal void Begin(object what)
    {
        Volatile.Write(ref _running, what);
        Volatile.Write(ref _number, _number + 1);
    }

    /// <summary>Records that the loop is about to wait, and drops the reference to the object that it ran last.</summary>
    internal void EndTurn() => Volatile.Write(ref _running, null);
}
