using System;
using System.Threading;

namespace Akka.Reactor;

/// <summary>Bounds and timeouts of one connection; the keys of <c>akka.reactor.connection</c>, with the same names.</summary>
public sealed record ConnectionOptions
{
    /// <summary>The defaults of <c>reference.conf</c>.</summary>
    public static ConnectionOptions Default { get; } = new();

    /// <summary>Bytes received and not yet consumed at which reading stops. Default 64 KiB.</summary>
    public int MaxUnread { get; init; } = 64 * 1024;

    /// <summary>Of <see cref="HighWater"/>: reading never stops because of what waits to be sent.</summary>
    public const int Infinite = int.MaxValue;

    /// <summary>
    /// Outbound bytes, every write counting as 128 more than it has, above which nothing is received, and nothing that was received is
    /// offered to the protocol that has written them, until they are down to <see cref="LowWater"/>: a peer which sends and does not
    /// read holds itself back, and a protocol that only answers needs no bookkeeping. Two ends that both write more than that before
    /// they read would wait for each other: <see cref="Infinite"/> is for those, and for whoever bounds its own output. Default 128 KiB.
    /// </summary>
    public int HighWater { get; init; } = 128 * 1024;

    /// <summary>Outbound bytes at which <see cref="Writable"/> is told and reading continues. Default 32 KiB.</summary>
    public int LowWater { get; init; } = 32 * 1024;

    /// <summary>Outbound bytes, every write counting as 128 more than it has, above which a write is refused. Default 1 MiB.</summary>
    public int WriteQueueLimit { get; init; } = 1024 * 1024;

    /// <summary>
    /// Nothing received, nothing sent and (as far as Linux says it) nothing taken by the peer for this long ends the connection; time in
    /// which reading is suspended does not count. Default 5 min; infinite switches it off.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The peer taking nothing of what waits for this long ends the connection. Default 1 min; infinite switches it off.</summary>
    public TimeSpan WriteStallTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long <see cref="Close"/> waits for the peer's FIN once ours is sent and the peer has everything before it. Default 5 s.</summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may last altogether. Default infinite: switched off.</summary>
    public TimeSpan Lifetime { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// Bytes a second that the peer must send while they are wanted, over every <see cref="RatePeriod"/>. Default 0:
    /// nothing is demanded.
    /// </summary>
    public int MinReceiveRate { get; init; }

    /// <summary>
    /// Bytes a second that the peer must take while some wait for it, over every <see cref="RatePeriod"/>. Default 0:
    /// nothing is demanded.
    /// </summary>
    public int MinSendRate { get; init; }

    /// <summary>
    /// Over how long a rate is measured, and so the grace before the first verdict. Time in which nothing is wanted of the
    /// peer does not count. Default 10 s.
    /// </summary>
    public TimeSpan RatePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What the operating system is told of the socket.</summary>
    public SocketOptions Socket { get; init; } = SocketOptions.Default;
}
