using System;

namespace Akka.Reactor.Transports;

/// <summary>
/// Holds what a peer sends, or takes, against a demanded rate, over one period after the other. Only time in which something
/// was wanted of the peer is counted, so that a pause of ours is no fault of its.
/// </summary>
internal struct RateGauge(int bytesPerSecond, TimeSpan period)
{
    private long _milliseconds;
    private long _bytes;

    /// <summary>Adds a stretch of time; returns the bytes of the period that it completes when they are too few, else null.</summary>
    internal long? Observe(long milliseconds, long bytes)
    {
        _milliseconds += milliseconds;
        _bytes += bytes;
        if (bytesPerSecond == 0 || _milliseconds < period.TotalMilliseconds)
        {
            return null;
        }

        long moved = _bytes;
        bool tooFew = moved * 1000 < bytesPerSecond * _milliseconds;
        _milliseconds = 0;
        _bytes = 0;
        return tooFew ? moved : null;
    }
}
