using System;
using Akka.Reactor.Benchmarks.Generator;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>The measured values of one round of one entry.</summary>
/// <param name="Load">The result of the generator.</param>
/// <param name="ServerCpu">The user and system time of the server's process during the round.</param>
/// <param name="Allocated">
/// The number of bytes allocated on the server's managed heap during the round, or null if the server has no managed heap.
/// </param>
internal sealed record Measurement(GeneratorResult Load, TimeSpan ServerCpu, long? Allocated)
{
    /// <summary>The processor time of the server per operation, in microseconds.</summary>
    internal double CpuPerOperation => ServerCpu.TotalMicroseconds / Load.Operations;

    /// <summary>The number of bytes allocated on the server's managed heap per operation.</summary>
    internal double? AllocatedPerOperation => Allocated / (double)Load.Operations;

    internal double OperationsPerSecond => Load.Operations / Load.Seconds;

    /// <summary>The share of one processor that the server used.</summary>
    internal double Busy => ServerCpu.TotalSeconds / Load.Seconds;
}
