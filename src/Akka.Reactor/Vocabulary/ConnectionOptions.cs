using System;
using System.Threading;

namespace Akka.Reactor;

/// <summary>
/// The bounds and timeouts of one connection. They are the keys of <c>akka.reactor.connection</c>, with the same names.
/// </summary>
public sealed record ConnectionOptions
{
    /// <summary>The defaults of <c>reference.conf</c>.</summary>
    public static ConnectionOptions Default { get; } = new();

    /// <summary>The number of bytes received and not yet consumed at which reading stops. Default 64 KiB.</summary>
    public int MaxUnread { get; init; } = 64 * 1024;

    /// <summary>
    /// The value of <see cref="HighWater"/> with which reading never stops because of bytes that wait to be sent.
    /// </summary>
    public const int Infinite = int.MaxValue;

    /// <summary>
    /// The high-water mark: the number of outbound bytes above which the connection receives nothing more, and offers nothing of
    /// the bytes already received to the protocol that wrote the outbound bytes. Both continue when the number has dropped to
    /// <see cref="LowWater"/>. Every write counts as 128 bytes more than its size. As a result, a peer that sends without reading
    /// is held back, and a protocol that only answers needs no bookkeeping. Two ends that both write more than this before they
    /// read would wait for each other: use <see cref="Infinite"/> for them, and for a protocol that bounds its own output. Default
    /// 128 KiB.
    /// </summary>
    public int HighWater { get; init; } = 128 * 1024;

    /// <summary>
    /// The number of outbound bytes at which the owner receives <see cref="Writable"/> and reading continues. Default 32 KiB.
    /// </summary>
    public int LowWater { get; init; } = 32 * 1024;

    /// <summary>
    /// The number of outbound bytes above which a write is refused. Every write counts as 128 bytes more than its size. Default
    /// 1 MiB.
    /// </summary>
    public int WriteQueueLimit { get; init; } = 1024 * 1024;

    /// <summary>
    /// The connection ends if no byte was received, no byte was sent and (on Linux, where the system reports it) the peer took no
    /// byte from the kernel during this time. Time in which reading is suspended, or stopped by one of the bounds, does not count.
    /// Default 5 min; infinite switches the timeout off.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The connection ends if bytes wait for the peer and the peer takes none of them during this time. Default 1 min; infinite
    /// switches the timeout off.
    /// </summary>
    public TimeSpan WriteStallTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The time that <see cref="Close"/> waits for the peer's FIN after it has sent its own FIN and the peer has everything before
    /// that FIN. Default 5 s.
    /// </summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest time that a connection may last. Default infinite: there is no limit.</summary>
    public TimeSpan Lifetime { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// The number of bytes per second that the peer must send, measured over every <see cref="RatePeriod"/> and only while the
    /// connection wants to receive. Default 0: nothing is demanded.
    /// </summary>
    public int MinReceiveRate { get; init; }

    /// <summary>
    /// The number of bytes per second that the peer must take, measured over every <see cref="RatePeriod"/> and only while bytes
    /// wait for the peer. Default 0: nothing is demanded.
    /// </summary>
    public int MinSendRate { get; init; }

    /// <summary>
    /// The period over which a rate is measured. A peer is judged at the end of a period, and so never before the first one is
    /// over. Time in which nothing is wanted of the peer does not count. Default 10 s.
    /// </summary>
    public TimeSpan RatePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether the connection is neither paused nor ended while all connections together hold more than <c>akka.reactor.memory-limit</c>:
    /// for a connection that must be the last to go. What it holds is counted all the same. Default false.
    /// </summary>
    public bool ExemptFromMemoryLimit { get; init; }

    /// <summary>The options of the socket.</summary>
    public SocketOptions Socket { get; init; } = SocketOptions.Default;
}
