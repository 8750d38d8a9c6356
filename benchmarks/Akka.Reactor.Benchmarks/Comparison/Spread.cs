using System.Collections.Generic;
using System.Linq;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>A median, and the interval that contains it with a confidence of 95 % or more.</summary>
internal readonly record struct Spread(double Median, double Low, double High)
{
    private const double Tail = 0.025;

    /// <summary>
    /// Returns the spread of one or more values. The interval is between two of the values. It follows from the sign test,
    /// which assumes nothing about the distribution of the values. With fewer than six values it contains all of them.
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

    // Returns the number of values on each side that lie outside the interval: the largest number of heads for which that
    // many or fewer in "count" throws of a coin have a probability of at most Tail.
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
