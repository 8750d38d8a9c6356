namespace Akka.Reactor.Listeners;

/// <summary>
/// A stretch of time in which the same trouble comes again and again, so that its beginning and its end are worth a line
/// each, and nothing between them: it is over once there was none for a while. Times are milliseconds of the loop's clock.
/// </summary>
internal struct TroublePeriod
{
    /// <summary>How long no trouble makes it the end.</summary>
    internal const long Quiet = 1000;

    private long _began;
    private long _last;
    private bool _present;

    internal bool Running { get; private set; }

    /// <summary>How often the trouble came.</summary>
    internal long Times { get; private set; }

    /// <summary>The trouble has come. True when a period begins with it.</summary>
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
    /// The trouble is not there any more, or not at the moment: the period lasts at least until now. Nothing when none runs, or
    /// when this was said since the trouble last came.
    /// </summary>
    internal void Passes(long now)
    {
        if (_present)
        {
            _present = false;
            _last = now;
        }
    }

    /// <summary>True once when it is over; then <see cref="Times"/> is still what it was.</summary>
    /// <param name="now">The time.</param>
    /// <param name="lasts">How long it was, when it is over.</param>
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
