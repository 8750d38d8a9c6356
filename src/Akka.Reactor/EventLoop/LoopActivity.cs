using System.Threading;

namespace Akka.Reactor.EventLoop;

/// <summary>
/// What a loop is running, for the <see cref="StallWatchdog"/> to look at: two plain stores for whatever is run, no fence, no
/// clock and no system call. Written by the loop, read by any thread.
/// </summary>
internal sealed class LoopActivity
{
    private readonly object _between = new();
    private object? _running;
    private int _number;

    /// <summary>What runs now; null while the loop waits, or has nothing at hand between two things it runs.</summary>
    internal object? Running =>
        Volatile.Read(ref _running) is { } running && !ReferenceEquals(running, _between) ? running : null;

    /// <summary>False while the loop waits.</summary>
    internal bool IsBusy => Volatile.Read(ref _running) is not null;

    /// <summary>Another one for whatever is run.</summary>
    internal int Number => Volatile.Read(ref _number);

    /// <summary>Who is woken when a turn begins; set before the loop first runs, or never.</summary>
    internal StallWatchdog? Watchdog { get; set; }

    /// <summary>The loop has come out of its wait. Costs more only where the watchdog sleeps.</summary>
    internal void BeginTurn()
    {
        Begin(_between);
        if (Watchdog is { IsAsleep: true } watchdog)
        {
            watchdog.Wake();
        }
    }

    /// <summary>This is run next.</summary>
    internal void Begin(object what)
    {
        Volatile.Write(ref _running, what);
        Volatile.Write(ref _number, _number + 1);
    }

    /// <summary>The loop is about to wait; what it ran last is not held any longer.</summary>
    internal void EndTurn() => Volatile.Write(ref _running, null);
}
