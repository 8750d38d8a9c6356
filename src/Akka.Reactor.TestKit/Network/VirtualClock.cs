using System;
using System.Threading;

namespace Akka.Reactor.Simulated;

/// <summary>Time that passes when it is told to. Read by any thread, moved by the simulation's only.</summary>
internal sealed class VirtualClock : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private long _ticks;

    /// <summary>Since the simulation began, in units of 100 ns.</summary>
    internal long Ticks => Volatile.Read(ref _ticks);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Ticks;

    public override DateTimeOffset GetUtcNow() => Epoch.AddTicks(Ticks);

    /// <summary>Goes on to a later time; an earlier one is the present.</summary>
    internal void MoveTo(long ticks)
    {
        if (ticks > _ticks)
        {
            Volatile.Write(ref _ticks, ticks);
        }
    }
}
