using System.Collections.Generic;
using System.Linq;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>A median, and the interval that holds it with a confidence of 95 % or more.</summary>
internal readonly record struct Spread(double Median, double Low, double High)
{
    private const double Tail = 0.025;

    /// <summary>
    /// Of at least one value. The interval is between two of the values, by the sign test: it supposes nothing about how
    /// they are distributed. Below six values it is all of them.
    /// </summary>
    internal static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        int outside = Outside(sorted.Length);
        return new Spread(median, sorted[outside], sorted[^(outside + 1)]);
    }

    internal bool Contains(double value) => Low <= value && value <= High;

    // How many values on each side lie outside the interval: as many as so few heads in so many throws are unlikely.
    private static int Outside(int count)
    {
        double probability = System.Math.Pow(0.5, count);
        double tail = probability;
        int heads = 0;
        while (tail <= Tail)
        {
            heads++;
            probability *= (count - heads + 1) / (double)heads;
            tail += probability;
        }

        return System.Math.Max(heads - 1, 0);
    }
}
