using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Akka.Reactor.EventLoop;

/// <summary>Receives reports of stalls, on the watchdog's thread.</summary>
internal interface IStallListener
{
    /// <summary>
    /// Reports that <paramref name="what"/> has held the loop for the given time and still holds it. Called once for every stall.
    /// </summary>
    void Stalled(ReactorLoop loop, object? what, TimeSpan heldFor);

    /// <summary>Reports that the run for which <see cref="Stalled"/> was called last on this loop has let the loop go.</summary>
    void StallEnded(ReactorLoop loop, TimeSpan heldFor);
}

/// <summary>
/// Looks at all loops of a system now and then, and reports a run that holds a loop too long, while the run does so. It has one
/// thread, which is started when it is first needed. The watchdog looks while a loop is at work, and sleeps without any timer while
/// all loops wait.
/// </summary>
internal sealed class StallWatchdog : IDisposable
{
    // Two looks within the limit: a stall is reported after the limit, and before one and a half times the limit.
    private const int LooksPerLimit = 2;

    private readonly string _name;
    private readonly TimeSpan _interval;
    private readonly IStallListener _listener;
    private readonly (ReactorLoop Loop, StallDetector Detector)[] _watched;
    private readonly AutoResetEvent _signal = new(initialState: false);
    private int _asleep = 1;
    private int _started;
    private volatile bool _disposed;

    /// <param name="name">The name of the watchdog's thread.</param>
    /// <param name="loops">The loops to watch. They have not run yet; from now on they wake the watchdog.</param>
    /// <param name="limit">How long a run may hold a loop.</param>
    /// <param name="listener">Receives the reports.</param>
    internal StallWatchdog(string name, IReadOnlyList<ReactorLoop> loops, TimeSpan limit, IStallListener listener)
    {
        _name = name;
        _interval = TimeSpan.FromMilliseconds(Math.Max(1, limit.TotalMilliseconds / LooksPerLimit));
        _listener = listener;
        _watched = new (ReactorLoop, StallDetector)[loops.Count];
        for (int i = 0; i < loops.Count; i++)
        {
            _watched[i] = (loops[i], new StallDetector(limit.TotalMilliseconds));
            loops[i].Activity.Watchdog = this;
        }
    }

    /// <summary>True while the watchdog sleeps until it is woken. Can be read on any thread.</summary>
    internal bool IsAsleep => Volatile.Read(ref _asleep) == 1;

    /// <summary>How many times the watchdog has looked at the loops. For tests. Can be read on any thread.</summary>
    internal long Looks { get; private set; }

    /// <summary>Wakes the watchdog because a loop is at work. Can be called on any thread.</summary>
    internal void Wake()
    {
        if (Interlocked.Exchange(ref _asleep, 0) == 0 || _disposed)
        {
            return;
        }

        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            new Thread(Watch) { IsBackground = true, Name = _name }.Start();
        }
        else
        {
            Signal();
        }
    }

    /// <summary>Ends the watchdog's thread, without waiting for it. Can be called on any thread.</summary>
    public void Dispose()
    {
        _disposed = true;
        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            _signal.Dispose();
        }
        else
        {
            Signal();
        }
    }

    private void Watch()
    {
        double elapsed = 0;
        while (!_disposed)
        {
            bool active = false;
            foreach ((ReactorLoop loop, StallDetector detector) in _watched)
            {
                Look(loop, detector, elapsed);
                active |= detector.IsActive;
            }

            Looks++;
            elapsed = active ? WaitInterval() : Sleep();
        }

        _signal.Dispose();
    }

    private double WaitInterval()
    {
#pragma warning disable RS0030 // A stall is one of real time; the watchdog has a thread of its own.
        long from = Stopwatch.GetTimestamp();
#pragma warning restore RS0030
        _signal.WaitOne(_interval);

        // If the watchdog itself was late, because the process was stopped, collected garbage or got no processor, no loop is to
        // blame: the extra time does not count.
        return Math.Min(Stopwatch.GetElapsedTime(from).TotalMilliseconds, _interval.TotalMilliseconds);
    }

    private void Look(ReactorLoop loop, StallDetector detector, double elapsed)
    {
        LoopActivity activity = loop.Activity;
        int number = activity.Number;
        object? running = activity.Running;
        switch (detector.Look(number, activity.IsBusy, elapsed))
        {
            case StallFinding.Begun:
                // The stalled run may have ended just now. Then the loop may run another object, which did not cause the stall.
                _listener.Stalled(
                    loop,
                    activity.Number == number ? running : null,
                    TimeSpan.FromMilliseconds(detector.HeldFor)
                );
                break;
            case StallFinding.Ended:
                _listener.StallEnded(loop, TimeSpan.FromMilliseconds(detector.HeldFor));
                break;
        }
    }

    // How long the watchdog slept does not matter, because no loop was at work.
    private double Sleep()
    {
        Volatile.Write(ref _asleep, 1);

        // A loop publishes that it is at work and then checks whether the watchdog sleeps. It does so without a fence, because it
        // does so thousands of times a second. The barrier here is the fence for both sides.
        Interlocked.MemoryBarrierProcessWide();
        foreach ((ReactorLoop loop, _) in _watched)
        {
            if (loop.Activity.IsBusy)
            {
                Volatile.Write(ref _asleep, 0);
                return 0;
            }
        }

        if (!_disposed)
        {
            _signal.WaitOne();
        }

        return 0;
    }

    private void Signal()
    {
        try
        {
            _signal.Set();
        }
        catch (ObjectDisposedException)
        {
            // The watchdog's thread has ended in the meantime.
        }
    }
}
