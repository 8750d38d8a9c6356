using System;
using System.Diagnostics;
using System.Numerics;

namespace Akka.Reactor.Benchmarks.Load;

/// <summary>Counts durations in buckets of at most 1/16 relative width: recording is a few instructions and no memory.</summary>
internal sealed class LatencyHistogram
{
    private const int SubBits = 4;
    private const int Sub = 1 << SubBits;

    private readonly long[] _counts = new long[64 * Sub];
    private long _total;

    internal void Record(long stopwatchTicks)
    {
        _counts[BucketOf(Math.Max(stopwatchTicks, 1))]++;
        _total++;
    }

    internal void Clear()
    {
        Array.Clear(_counts);
        _total = 0;
    }

    /// <summary>The upper end, in microseconds, of the bucket that holds this share of the durations; 0 without any.</summary>
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
