namespace Akka.Reactor.Diagnostics;

/// <summary>
/// A period in which the same trouble comes again and again. Only its beginning and its end are worth a log line. The period is
/// over when there was no trouble for a while. Times are milliseconds of the loop's clock.
/// </summary>
internal struct TroublePeriod
{
    /// <summary>Milliseconds without trouble after which the period is over.</summary>
    internal const long Quiet = 1000;

    private long _began;
    private long _last;
    private bool _present;

    internal bool Running { get; private set; }

    /// <summary>How often the trouble came in the period.</summary>
    internal long Times { get; private set; }

    /// <summary>Records that the trouble has come. Returns true if a period begins with it.</summary>
    internal bool Comes(long now)
    {
        bool begins = !Running;
        if (begins)
        {
            Running = true;
            _began = now;
            Times = 0;
        }

        _present = true;
        _last = now;
        Times++;
        return begins;
    }

    /// <summary>
    /// Records that the trouble is not there any more, or not at the moment: the period lasts at least until now. Does nothing
    /// if no period runs, or if this was already recorded since the trouble came last.
    /// </summary>
    internal void Passes(long now)
    {
        if (_present)
        {
            _present = false;
            _last = now;
        }
    }

    /// <summary>
    /// Returns true once when the period is over. <see cref="Times"/> keeps its value until the next period begins.
    /// </summary>
    /// <param name="now">The current time.</param>
    /// <param name="lasts">How long the period lasted, if it is over.</param>
    internal bool IsOver(long now, out long lasts)
    {
        lasts = _last - _began;
        if (!Running || now - _last < Quiet)
        {
            return false;
        }

        Running = false;
        _present = false;
        return true;
    }
}
