using System;

namespace Akka.Reactor.EventLoop;

/// <summary>
/// Records the time while a loop works, and how long the loop was held up: by a handler that blocked, or because the process was
/// stopped. Deadlines of peers run on a clock without that time. Times are milliseconds of the loop's clock, which the caller
/// reads. This is a mutable struct: keep it in a field.
/// </summary>
internal struct LoopTime
{
    // In milliseconds. Up to this much time between two readings of the clock counts as work; for the time beyond that, the loop
    // was held up. On a loop that is held up all the time, peers' deadlines expire late, but they do expire.
    private const int MostWork = 50;

    private long _heldUp;
    private bool _waits;

    /// <summary>The last reading of the clock.</summary>
    internal long Recent { get; private set; }

    /// <summary>Returns the same time on the clock for peers' deadlines.</summary>
    internal readonly long ToPeerTime(long time) => time - _heldUp;

    /// <summary>Returns when the clock for peers' deadlines will show this time, if the loop is not held up until then.</summary>
    internal readonly long FromPeerTime(long time) => time == Deadline.Never ? time : time + _heldUp;

    /// <summary>Records a reading of the clock while the loop works.</summary>
    internal void Note(long now)
    {
        _heldUp += Math.Max(0, now - Recent - MostWork);
        Recent = now;
    }

    /// <summary>Records that a turn has ended.</summary>
    /// <param name="now">The present time.</param>
    /// <param name="waits">True if there is nothing to do: then the time until the next turn is not work.</param>
    internal void TurnEnds(long now, bool waits)
    {
        Note(now);
        _waits = waits;
    }

    /// <summary>Records that a turn begins.</summary>
    internal void TurnBegins(long now)
    {
        if (_waits)
        {
            Recent = now;
            _waits = false;
        }
        else
        {
            Note(now);
        }
    }
}
