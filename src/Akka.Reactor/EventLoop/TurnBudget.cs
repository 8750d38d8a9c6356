using System;

namespace Akka.Reactor.EventLoop;

/// <summary>
/// Limits how much may run before the loop continues with its next step: a number of runs, and a time. The clock is read after
/// several runs while runs are short, and after each run when they are not.
/// </summary>
internal struct TurnBudget
{
    /// <summary>The number of milliseconds after which no further run begins.</summary>
    internal const long MostMilliseconds = 10;

    private const int FirstLook = 4;
    private const int RarestLook = 16;
    private const long Unknown = long.MinValue;

    private long _end;
    private int _runs;
    private int _looksEvery = FirstLook;
    private int _untilLook = FirstLook;
    private long _lookedAt;

    /// <param name="runs">The maximum number of runs.</param>
    /// <param name="now">When the time begins. Without this value, the time begins at the first reading of the clock.</param>
    internal TurnBudget(int runs, long now = Unknown)
    {
        _runs = runs;
        _lookedAt = now;
        _end = now == Unknown ? Unknown : now + MostMilliseconds;
    }

    /// <summary>True if another run may begin.</summary>
    internal readonly bool HasRun => _runs > 0;

    /// <summary>Returns true if the time is not over.</summary>
    internal readonly bool HasTime(ReactorLoop loop) => loop.Now < _end;

    /// <summary>Records that one run has ended.</summary>
    internal void Took(ReactorLoop loop)
    {
        _runs--;
        if (--_untilLook > 0)
        {
            return;
        }

        long now = loop.Now;
        if (_end == Unknown)
        {
            _end = now + MostMilliseconds;
        }
        else
        {
            _runs = now < _end ? _runs : 0;
            _looksEvery = now > _lookedAt + 1 ? 1 : Math.Min(2 * _looksEvery, RarestLook);
        }

        _untilLook = _looksEvery;
        _lookedAt = now;
    }
}
