using System.Net;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Transports;

/// <summary>
/// Checks from time to time how fast the peer sends and takes bytes. Only a connection that demands a rate has one.
/// </summary>
internal sealed class ChannelRates(ChannelTimeouts timeouts, ConnectionOptions options, long now) : Deadline
{
    private RateGauge _receive = new(options.MinReceiveRate, options.RatePeriod);
    private RateGauge _send = new(options.MinSendRate, options.RatePeriod);

    // The values at the last check; null if nothing was wanted of the peer then.
    private long? _received = 0;
    private long? _sent;
    private long _lookedAt = now;

    internal override bool JudgesPeer => true;

    internal override void Expire() => timeouts.Expired(this);

    /// <param name="time">The time in milliseconds.</param>
    /// <param name="received">All bytes received so far; null while no more are wanted.</param>
    /// <param name="sent">All bytes sent so far; null while none wait.</param>
    /// <param name="remote">The peer's address, for the exception.</param>
    /// <returns>The exception if the peer was too slow, else null.</returns>
    internal DataRateException? Check(long time, long? received, long? sent, EndPoint remote)
    {
        long elapsed = time - _lookedAt;
        _lookedAt = time;
        DataRateException? fault = null;

        // If something was wanted at both checks, it is assumed that it was wanted between them.
        if (received - _received is { } bytesIn && _receive.Observe(elapsed, bytesIn) is { } tooFewIn)
        {
            fault = new DataRateException(
                remote,
                receiving: true,
                tooFewIn,
                options.MinReceiveRate,
                options.RatePeriod
            );
        }
        else if (sent - _sent is { } bytesOut && _send.Observe(elapsed, bytesOut) is { } tooFewOut)
        {
            fault = new DataRateException(remote, receiving: false, tooFewOut, options.MinSendRate, options.RatePeriod);
        }

        _received = received;
        _sent = sent;
        return fault;
    }
}
