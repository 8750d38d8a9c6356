using System;

namespace Akka.TestKit.Internal;

/// <summary>Arithmetic with durations of which negative ones mean "no limit".</summary>
internal static class Durations
{
    public static void EnsureFinite(TimeSpan duration, string name)
    {
        if (duration < TimeSpan.Zero)
            throw new ArgumentException($"The timespan must not be negative. Actual value: {duration}", name);
    }

    /// <summary>The tighter of two limits.</summary>
    public static TimeSpan Min(TimeSpan left, TimeSpan? right)
    {
        if (right is not { } limit || limit < TimeSpan.Zero)
            return left;
        return left < TimeSpan.Zero || limit < left ? limit : left;
    }
}
