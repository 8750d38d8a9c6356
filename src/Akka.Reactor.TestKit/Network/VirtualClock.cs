using System;
using System.Threading;

namespace Akka.Reactor.Simulated;

/// <summary>
/// A clock that advances only when <see cref="MoveTo"/> is called. Any thread can read it. Only the simulation's thread
/// moves it.
/// </summary>
internal sealed class VirtualClock : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private long _ticks;

    /// <summary>The time since the simulation began, in units of 100 ns.</summary>
    internal long Ticks => Volatile.Read(ref _ticks);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Ticks;

    public override DateTimeOffset GetUtcNow() => Epoch.AddTicks(Ticks);

    /// <summary>Moves the clock forward to the given time. An earlier time has no effect.</summary>
    internal void MoveTo(long ticks)
    {
        if (ticks > _ticks)
        {
            Volatile.Write(ref _ticks, ticks);
        }
    }
}
