using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Numerics;

namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>
/// Counts durations in buckets of at most 1/128 relative width. Recording takes a few instructions and no memory.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 7;
    private const int Sub = 1 << SubBits;
    private const string Nothing = "-";

    private readonly long[] _counts = new long[64 * Sub];
    private long _total;

    internal void Record(long stopwatchTicks)
    {
        _counts[BucketOf(Math.Max(stopwatchTicks, 1))]++;
        _total++;
    }

    /// <summary>Adds the counts of another histogram.</summary>
    internal void Add(LatencyHistogram other)
    {
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            _counts[bucket] += other._counts[bucket];
        }

        _total += other._total;
    }

    /// <summary>Returns the buckets that are not empty, as <c>bucket:count,...</c>. Returns a dash if all are empty.</summary>
    internal string Format() =>
        _total == 0
            ? Nothing
            : string.Join(
                ',',
                Enumerable
                    .Range(0, _counts.Length)
                    .Where(bucket => _counts[bucket] > 0)
                    .Select(bucket => string.Create(CultureInfo.InvariantCulture, $"{bucket}:{_counts[bucket]}"))
            );

    /// <summary>Parses the output of <see cref="Format"/>.</summary>
    internal static LatencyHistogram Parse(string text)
    {
        LatencyHistogram histogram = new();
        foreach (string entry in text is Nothing ? [] : text.Split(','))
        {
            string[] parts = entry.Split(':');
            long count = long.Parse(parts[1], CultureInfo.InvariantCulture);
            histogram._counts[int.Parse(parts[0], CultureInfo.InvariantCulture)] = count;
            histogram._total += count;
        }

        return histogram;
    }

    internal void Clear()
    {
        Array.Clear(_counts);
        _total = 0;
    }

    /// <summary>
    /// Returns the upper end, in microseconds, of the bucket in which the given quantile lies. Returns 0 if there are no
    /// durations.
    /// </summary>
    internal double Quantile(double share)
    {
        long wanted = (long)Math.Ceiling(_total * share);
        long seen = 0;
        for (int bucket = 0; bucket < _counts.Length; bucket++)
        {
            seen += _counts[bucket];
            if (_total > 0 && seen >= wanted)
            {
                return UpperEndOf(bucket) * 1e6 / Stopwatch.Frequency;
            }
        }

        return 0;
    }

    private static int BucketOf(long value)
    {
        int exponent = BitOperations.Log2((ulong)value);
        return exponent < SubBits
            ? (int)value
            : ((exponent - SubBits + 1) * Sub) + (int)((value >> (exponent - SubBits)) & (Sub - 1));
    }

    private static double UpperEndOf(int bucket)
    {
        int row = bucket / Sub;
        return row == 0 ? bucket + 1 : Math.ScaleB(Sub + (bucket % Sub) + 1, row - 1);
    }
}
