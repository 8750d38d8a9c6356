using System;

namespace Akka.Reactor;

/// <summary>
/// The latency, rate and buffer sizes of a simulated network. The bytes of one connection always arrive in order.
/// </summary>
public sealed record NetworkConditions
{
    /// <summary>
    /// The default conditions: a latency of one millisecond in each direction, without jitter and without a rate limit.
    /// </summary>
    public static NetworkConditions Default { get; } = new();

    /// <summary>Conditions without latency: everything arrives at the instant at which it is sent, but still in order.</summary>
    public static NetworkConditions Instant { get; } = new() { Latency = TimeSpan.Zero };

    /// <summary>The time that everything takes to arrive. The default is 1 ms.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>
    /// The longest time that is added to <see cref="Latency"/>. The added time is random for every segment. The default is
    /// 0.
    /// </summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>The rate limit of each direction of each connection, in bytes per second. 0, the default, means no limit.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>The largest number of bytes in a segment. The default is 1460.</summary>
    public int SegmentSize { get; init; } = 1460;

    /// <summary>The number of bytes that the sending system accepts before a send would block. The default is 64 KiB.</summary>
    public int SendBuffer { get; init; } = 64 * 1024;

    /// <summary>
    /// The number of bytes that the receiving system keeps for an application that does not read. The default is 64 KiB.
    /// </summary>
    public int ReceiveBuffer { get; init; } = 64 * 1024;
}
