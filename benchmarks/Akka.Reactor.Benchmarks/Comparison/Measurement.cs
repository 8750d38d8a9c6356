using System;
using Akka.Reactor.Benchmarks.Load;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>One round of one peer.</summary>
/// <param name="Load">What the load generator counted.</param>
/// <param name="ServerCpu">User and system time of the server's process meanwhile.</param>
internal readonly record struct Measurement(LoadResult Load, TimeSpan ServerCpu)
{
    /// <summary>Microseconds of the server's processor per message.</summary>
    internal double CpuPerMessage => ServerCpu.TotalMicroseconds / Load.Messages;

    internal double MessagesPerSecond => Load.Messages / Load.Seconds;

    /// <summary>The share of one processor that the server used.</summary>
    internal double Busy => ServerCpu.TotalSeconds / Load.Seconds;
}
