using System;
using System.Globalization;
using System.Threading;

namespace Akka.Reactor.Configuration;

/// <summary>The durations that a setting may have.</summary>
/// <param name="Infinite">Whether <see cref="Timeout.InfiniteTimeSpan"/>, which switches the setting off, is allowed.</param>
internal sealed record TimeRange(bool Infinite)
{
    /// <summary>The longest duration that deadlines and system calls can count in milliseconds.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    private const int OneDay = 24 * 60 * 60;

    internal static readonly TimeRange Finite = new(Infinite: false);

    internal static readonly TimeRange OrInfinite = new(Infinite: true);

    /// <summary>The shortest duration. Zero is never allowed.</summary>
    internal TimeSpan Least { get; init; } = TimeSpan.Zero;

    internal TimeSpan Most { get; init; } = Longest;

    /// <summary>The allowed durations, for errors.</summary>
    internal string Allowed =>
        (
            Least > TimeSpan.Zero
                ? string.Create(CultureInfo.InvariantCulture, $"at least {Least.TotalMilliseconds}ms")
                : "above 0"
        )
        + (
            Most == Longest ? " and at most 24.8d"
            : Most.TotalSeconds % OneDay == 0
                ? string.Create(CultureInfo.InvariantCulture, $" and at most {Most.TotalDays}d")
            : string.Create(CultureInfo.InvariantCulture, $" and at most {Most.TotalSeconds}s")
        )
        + (Infinite ? ", or infinite" : "");

    internal bool Holds(TimeSpan time) =>
        time == Timeout.InfiniteTimeSpan ? Infinite : time > TimeSpan.Zero && time >= Least && time <= Most;
}
