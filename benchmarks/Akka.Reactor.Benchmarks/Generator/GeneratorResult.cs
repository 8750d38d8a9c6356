using System;
using System.Globalization;

namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>What one round found; one line on the pipe to the comparison.</summary>
/// <param name="Operations">Completed: echoes, connections, or 64 KiB of a stream.</param>
/// <param name="Seconds">From the first byte sent to the last received.</param>
/// <param name="Latency">Of each operation; empty for streams.</param>
internal sealed record GeneratorResult(long Operations, double Seconds, LatencyHistogram Latency)
{
    internal string Format() =>
        string.Create(CultureInfo.InvariantCulture, $"{Operations} {Seconds} {Latency.Format()}");

    internal static GeneratorResult Parse(string line)
    {
        string[] parts = line.Split(' ');
        return parts.Length == 3
            ? new GeneratorResult(
                long.Parse(parts[0], CultureInfo.InvariantCulture),
                double.Parse(parts[1], CultureInfo.InvariantCulture),
                LatencyHistogram.Parse(parts[2])
            )
            : throw new FormatException($"Not a result of the generator: {line}");
    }
}
