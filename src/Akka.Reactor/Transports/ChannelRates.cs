using System.Net;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Transports;

/// <summary>Looks now and then how fast the peer sends and takes. Only connections that demand a rate have one.</summary>
internal sealed class ChannelRates(Channel channel, ConnectionOptions options, long now) : Deadline
{
    private RateGauge _receive = new(options.MinReceiveRate, options.RatePeriod);
    private RateGauge _send = new(options.MinSendRate, options.RatePeriod);

    // At the last look; null when nothing was wanted of the peer then.
    private long? _received = 0;
    private long? _sent;
    private long _lookedAt = now;

    internal override bool JudgesPeer => true;

    internal override void Expire() => channel.Expired(this);

    /// <param name="time">Milliseconds.</param>
    /// <param name="received">All bytes received so far; null while no more are wanted.</param>
    /// <param name="sent">All bytes sent so far; null while none wait.</param>
    /// <param name="remote">For the exception.</param>
    /// <returns>The peer's fault, if it is one.</returns>
    internal DataRateException? Check(long time, long? received, long? sent, EndPoint remote)
    {
        long elapsed = time - _lookedAt;
        _lookedAt = time;
        DataRateException? fault = null;

        // What was wanted at both looks is taken to have been wanted between them.
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
