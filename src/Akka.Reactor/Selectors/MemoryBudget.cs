using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Akka.Event;
using Akka.Reactor.Diagnostics;

namespace Akka.Reactor.Selectors;

/// <summary>
/// The bound for the memory that all connections of a reactor hold together (<c>akka.reactor.memory-limit</c>). Every loop counts for
/// itself (<see cref="LoopMemory"/>) and publishes its count when it has changed by a step. Above the limit, accepting pauses and the
/// connections that hold memory are not read. If that does not help within <see cref="Patience"/>, or if what was read before makes them
/// hold more than <see cref="Most"/>, the connections that hold most are ended. All members can be called on any thread.
/// </summary>
/// <param name="limit">The limit in bytes.</param>
/// <param name="log">The log; null for none.</param>
internal sealed class MemoryBudget(long limit, ILoggingAdapter? log = null)
{
    /// <summary>A limit that is never reached.</summary>
    internal const long Infinite = long.MaxValue;

    /// <summary>How long the limit may be exceeded, in milliseconds, before connections are ended.</summary>
    internal const long Patience = 1000;

    private const long Never = long.MaxValue;
    private readonly List<LoopMemory> _loops = [];
    private readonly Lock _gate = new();
    private long _exceededAt = Never;
    private long _shed;
    private long _shedBefore;
    private TroublePeriod _period;

    /// <summary>The limit in bytes.</summary>
    internal long Limit => limit;

    /// <summary>
    /// Above this number of bytes nothing is waited for. What was read before the limit was exceeded can become many times as much, when
    /// a protocol answers each byte.
    /// </summary>
    internal long Most => limit > Infinite / 2 ? Infinite : limit + (limit / 2);

    /// <summary>Below this number of bytes everything is as usual again.</summary>
    internal long LowWater => limit - (limit / 8);

    /// <summary>A loop publishes its count when it has changed by this number of bytes.</summary>
    internal long Step { get; } = long.Clamp(limit / 1024, 1024, 1024 * 1024);

    /// <summary>The number of connections that were ended because of the limit.</summary>
    internal long Shed => Volatile.Read(ref _shed);

    /// <summary>The bytes that all loops have published.</summary>
    internal long Used
    {
        get
        {
            long used = 0;
            foreach (LoopMemory loop in _loops)
            {
                used += loop.Published;
            }

            return used;
        }
    }

    /// <summary>The bytes that all loops have counted. For tests: exact only while no loop runs.</summary>
    internal long Exact
    {
        get
        {
            long used = 0;
            _loops.ForEach(loop => used += loop.Used);
            return used;
        }
    }

    /// <summary>True from the moment when the limit is exceeded until <see cref="LowWater"/>.</summary>
    internal bool IsExceeded => Volatile.Read(ref _exceededAt) != Never;

    /// <summary>Adds a loop. All loops are added before the first one runs.</summary>
    internal void Add(LoopMemory loop) => _loops.Add(loop);

    /// <summary>Notes that the limit is exceeded, and lets every loop look.</summary>
    /// <param name="now">Milliseconds of the loops' clock.</param>
    internal void Exceed(long now)
    {
        if (Interlocked.CompareExchange(ref _exceededAt, now, Never) != Never)
        {
            return;
        }

        lock (_gate)
        {
            if (_period.Comes(now))
            {
                _shedBefore = Shed;
                log?.Warning(
                    "memory-limit: the connections hold {0} KiB of at most {1} KiB; accepting pauses, and connections that hold memory are not read",
                    Used / 1024,
                    limit / 1024
                );
            }
        }

        _loops.ForEach(loop => loop.LookSoon());
    }

    /// <summary>Notes that enough memory is free again.</summary>
    /// <param name="now">Milliseconds of the loops' clock.</param>
    internal void Relieve(long now)
    {
        if (Interlocked.Exchange(ref _exceededAt, Never) != Never)
        {
            lock (_gate)
            {
                _period.Passes(now);
            }
        }
    }

    /// <summary>Logs that the trouble is over, if it is. Returns true if there may be something to log later.</summary>
    /// <param name="now">Milliseconds of the loops' clock.</param>
    internal bool Report(long now)
    {
        lock (_gate)
        {
            if (!IsExceeded && _period.IsOver(now, out long lasted))
            {
                log?.Info(
                    "memory-limit: the connections hold {0} KiB again: the limit was exceeded {1} time(s) in {2:0.0} s, and {3} connection(s) were ended",
                    Used / 1024,
                    _period.Times,
                    lasted / 1000.0,
                    Shed - _shedBefore
                );
            }

            return _period.Running;
        }
    }

    /// <summary>
    /// Returns how much each loop may hold: infinitely much, unless the limit has been exceeded for too long. Loops that hold less than
    /// their share leave the rest to the others.
    /// </summary>
    /// <param name="now">Milliseconds of the loops' clock.</param>
    internal long Share(long now)
    {
        long since = Volatile.Read(ref _exceededAt);
        if (since == Never || (now - since < Patience && Used <= Most))
        {
            return Infinite;
        }

        long[] held = [.. _loops.Select(loop => loop.Published).Order()];
        long left = LowWater;
        for (int i = 0; i < held.Length; i++)
        {
            long share = left / (held.Length - i);
            if (held[i] > share)
            {
                return share;
            }

            left -= held[i];
        }

        return Infinite;
    }

    /// <summary>Counts a connection that was ended.</summary>
    internal void CountShed() => Interlocked.Increment(ref _shed);
}
