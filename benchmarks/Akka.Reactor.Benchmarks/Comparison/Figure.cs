namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>The figure that is compared.</summary>
internal enum Figure
{
    /// <summary>Processor time of the server per operation.</summary>
    Cpu,

    /// <summary>Bytes allocated on the server's managed heap per operation.</summary>
    Allocated,

    /// <summary>Median latency, pooled over the rounds.</summary>
    P50,

    /// <summary>99th percentile of latency, pooled over the rounds.</summary>
    P99,
}
