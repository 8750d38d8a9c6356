using System;

namespace Akka.Reactor;

/// <summary>How a simulated network treats what is sent over it. Bytes of one connection always arrive in order.</summary>
public sealed record NetworkConditions
{
    /// <summary>A millisecond each way, nothing else.</summary>
    public static NetworkConditions Default { get; } = new();

    /// <summary>Everything arrives at once: in the same instant, though still after what was sent before it.</summary>
    public static NetworkConditions Instant { get; } = new() { Latency = TimeSpan.Zero };

    /// <summary>How long everything takes to arrive. Default 1 ms.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Up to this much is added to <see cref="Latency"/>, drawn anew for every segment. Default 0.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>Bytes a second of one direction of one connection; 0 is without limit, the default.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>Most bytes that travel together. Default 1460.</summary>
    public int SegmentSize { get; init; } = 1460;

    /// <summary>Bytes the sending system takes before a send would block. Default 64 KiB.</summary>
    public int SendBuffer { get; init; } = 64 * 1024;

    /// <summary>Bytes the receiving system keeps for an application that does not read. Default 64 KiB.</summary>
    public int ReceiveBuffer { get; init; } = 64 * 1024;
}
