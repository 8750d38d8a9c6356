using System;

namespace Akka.Reactor.EventLoop;

/// <summary>
/// How much may run before the loop goes on to what comes next: a number of runs, and a time. The clock is read now and then
/// while runs are short, and after each of them once they are not.
/// </summary>
internal struct TurnBudget
{
    /// <summary>Milliseconds after which no further run is begun.</summary>
    internal const long MostMilliseconds = 10;

    private const int FirstLook = 4;
    private const int RarestLook = 16;
    private const long Unknown = long.MinValue;

    private long _end;
    private int _runs;
    private int _looksEvery = FirstLook;
    private int _untilLook = FirstLook;
    private long _lookedAt;

    /// <param name="runs">At most so many.</param>
    /// <param name="now">When the time begins; without it, at the first look at the clock.</param>
    internal TurnBudget(int runs, long now = Unknown)
    {
        _runs = runs;
        _lookedAt = now;
        _end = now == Unknown ? Unknown : now + MostMilliseconds;
    }

    /// <summary>Another run may begin.</summary>
    internal readonly bool HasRun => _runs > 0;

    /// <summary>The time is not over.</summary>
    internal readonly bool HasTime(ReactorLoop loop) => loop.Now < _end;

    /// <summary>One run is done.</summary>
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
