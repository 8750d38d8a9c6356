using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace Akka.Reactor.EventLoop;

/// <summary>Told of stalls, on the watchdog's thread.</summary>
internal interface IStallListener
{
    /// <summary>This has held the loop for so long, and still does. Once for every stall.</summary>
    void Stalled(ReactorLoop loop, object? what, TimeSpan heldFor);

    /// <summary>What <see cref="Stalled"/> was called for last on this loop has let it go.</summary>
    void StallEnded(ReactorLoop loop, TimeSpan heldFor);
}

/// <summary>
/// Looks at all loops of a system now and then, and tells of whatever holds one too long, while it does. One thread, begun
/// when it is first needed; it looks while a loop is at work, and sleeps without any timer while all of them wait.
/// </summary>
internal sealed class StallWatchdog : IDisposable
{
    // Two looks within the limit: a stall is told of after the limit, and before one and a half times of it.
    private const int LooksPerLimit = 2;

    private readonly string _name;
    private readonly TimeSpan _interval;
    private readonly IStallListener _listener;
    private readonly (ReactorLoop Loop, StallDetector Detector)[] _watched;
    private readonly AutoResetEvent _signal = new(initialState: false);
    private int _asleep = 1;
    private int _started;
    private volatile bool _disposed;

    /// <param name="name">Its thread's.</param>
    /// <param name="loops">Not run yet; they wake it from now on.</param>
    /// <param name="limit">How long something may hold a loop.</param>
    /// <param name="listener">Is told.</param>
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

    /// <summary>It does not look at anything until it is woken. Any thread.</summary>
    internal bool IsAsleep => Volatile.Read(ref _asleep) == 1;

    /// <summary>How often it went to look. Any thread; for tests.</summary>
    internal long Looks { get; private set; }

    /// <summary>A loop is at work. Any thread.</summary>
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

    /// <summary>Ends its thread, without waiting for it. Any thread.</summary>
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

        // Late itself, because the process was stopped, collected garbage or got no processor: that is nobody's stall.
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
                // It may have ended just now; then what runs is somebody else.
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

    // How long it slept does not matter: no loop was at work.
    private double Sleep()
    {
        Volatile.Write(ref _asleep, 1);

        // A loop says that it is at work and then looks whether the watchdog sleeps, without a fence, thousands of times a
        // second; so the fence of both is paid for here.
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
            // Its thread has ended meanwhile.
        }
    }
}
