using System;

namespace Akka.Reactor.EventLoop;

/// <summary>
/// What a loop notes of the time while it works, and how long it was held up: by a handler that blocked, or because its process was
/// stopped. Deadlines of peers run on a clock without that time. Milliseconds of the loop's clock. Pure. Mutable: keep it in a field.
/// </summary>
internal struct LoopTime
{
    // Up to here the time between two looks at the clock is work; the loop was held up for what exceeds it. On a loop that is held
    // up all the time, peers' deadlines come late, but they come.
    private const int MostWork = 50;

    private long _heldUp;
    private bool _waits;

    /// <summary>The last look at the clock.</summary>
    internal long Recent { get; private set; }

    /// <summary>The same time on the clock for peers' deadlines.</summary>
    internal readonly long ToPeerTime(long time) => time - _heldUp;

    /// <summary>When the clock for peers' deadlines will show this, if the loop is not held up until then.</summary>
    internal readonly long FromPeerTime(long time) => time == Deadline.Never ? time : time + _heldUp;

    /// <summary>A look at the clock while the loop works.</summary>
    internal void Note(long now)
    {
        _heldUp += Math.Max(0, now - Recent - MostWork);
        Recent = now;
    }

    /// <summary>A turn is over.</summary>
    /// <param name="now">The time.</param>
    /// <param name="waits">There is nothing to do: the time until the next turn is not work.</param>
    internal void TurnEnds(long now, bool waits)
    {
        Note(now);
        _waits = waits;
    }

    /// <summary>A turn begins.</summary>
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
