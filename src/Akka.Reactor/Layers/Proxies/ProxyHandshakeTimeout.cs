using System;
using System.Threading;

namespace Akka.Reactor.Layers.Proxies;

/// <summary>The limits of the time that a proxy may take.</summary>
internal static class ProxyHandshakeTimeout
{
    internal static readonly TimeSpan Default = TimeSpan.FromSeconds(10);

    // A deadline can count at most this number of milliseconds.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <exception cref="ArgumentOutOfRangeException">The value is not a valid deadline.</exception>
    internal static TimeSpan Checked(TimeSpan value) =>
        (value > TimeSpan.Zero && value <= Longest) || value == Timeout.InfiniteTimeSpan
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value),
                value,
                "The timeout must be above 0 and at most 24.8 days, or infinite."
            );
}
