using System;

namespace Akka.Reactor.Transports;

/// <summary>
/// Compares the rate at which a peer sends or takes bytes with a demanded rate, one period after the other. Only time in which
/// something is wanted of the peer counts, so that the peer is not blamed for a pause of ours.
/// </summary>
internal struct RateGauge(int bytesPerSecond, TimeSpan period)
{
    private long _milliseconds;
    private long _bytes;

    /// <summary>
    /// Adds a span of time. If it completes a period with too few bytes, returns the bytes of that period, else null.
    /// </summary>
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
