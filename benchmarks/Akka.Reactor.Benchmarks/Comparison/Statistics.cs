using System.Collections.Generic;
using System.Linq;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>What is said of a series of rounds.</summary>
internal static class Statistics
{
    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>Round by round: neighbours in time met the same noise.</summary>
    internal static IReadOnlyList<double> Ratios(
        IReadOnlyList<Measurement> measured,
        IReadOnlyList<Measurement> reference
    ) => [.. measured.Zip(reference, (own, other) => own.CpuPerMessage / other.CpuPerMessage)];
}
