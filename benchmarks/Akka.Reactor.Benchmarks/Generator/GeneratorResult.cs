using System;
using System.Globalization;

namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>The result of one round. It is one line on the pipe to the comparison.</summary>
/// <param name="Operations">The number of completed operations: echoes, connections, or blocks of 64 KiB of a stream.</param>
/// <param name="Seconds">The time from the first byte sent to the last event, in seconds.</param>
/// <param name="Latency">The latencies of the operations. The histogram is empty for streams.</param>
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
