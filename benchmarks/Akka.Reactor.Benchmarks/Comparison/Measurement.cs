using System;
using Akka.Reactor.Benchmarks.Generator;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>One round of one entry.</summary>
/// <param name="Load">What the generator counted.</param>
/// <param name="ServerCpu">User and system time of the server's process meanwhile.</param>
/// <param name="Allocated">Bytes allocated on its managed heap meanwhile; null: it has none.</param>
internal sealed record Measurement(GeneratorResult Load, TimeSpan ServerCpu, long? Allocated)
{
    /// <summary>Microseconds of the server's processor per operation.</summary>
    internal double CpuPerOperation => ServerCpu.TotalMicroseconds / Load.Operations;

    /// <summary>Bytes on the server's managed heap per operation.</summary>
    internal double? AllocatedPerOperation => Allocated / (double)Load.Operations;

    internal double OperationsPerSecond => Load.Operations / Load.Seconds;

    /// <summary>The share of one processor that the server used.</summary>
    internal double Busy => ServerCpu.TotalSeconds / Load.Seconds;
}
