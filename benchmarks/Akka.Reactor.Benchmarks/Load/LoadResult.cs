using System;
using System.Globalization;

namespace Akka.Reactor.Benchmarks.Load;

/// <summary>What one round of load found; one line on the pipe to the comparison.</summary>
/// <param name="Messages">Echoed in full.</param>
/// <param name="Seconds">From the first byte sent to the last received.</param>
/// <param name="P50">Median round trip in microseconds.</param>
/// <param name="P99">99th percentile of the round trips in microseconds.</param>
internal readonly record struct LoadResult(long Messages, double Seconds, double P50, double P99)
{
    internal string Format() => string.Create(CultureInfo.InvariantCulture, $"{Messages} {Seconds} {P50} {P99}");

    internal static LoadResult Parse(string line)
    {
        string[] parts = line.Split(' ');
        return parts.Length == 4
            ? new LoadResult(
                long.Parse(parts[0], CultureInfo.InvariantCulture),
                double.Parse(parts[1], CultureInfo.InvariantCulture),
                double.Parse(parts[2], CultureInfo.InvariantCulture),
                double.Parse(parts[3], CultureInfo.InvariantCulture)
            )
            : throw new FormatException($"Not a result of the load generator: {line}");
    }
}
