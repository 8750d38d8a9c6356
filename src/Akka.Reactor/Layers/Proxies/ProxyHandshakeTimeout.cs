using System;
using System.Threading;

namespace Akka.Reactor.Layers.Proxies;

/// <summary>How long a proxy may take.</summary>
internal static class ProxyHandshakeTimeout
{
    internal static readonly TimeSpan Default = TimeSpan.FromSeconds(10);

    // What deadlines can count in milliseconds.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <exception cref="ArgumentOutOfRangeException">No deadline can be set so.</exception>
    internal static TimeSpan Checked(TimeSpan value) =>
        (value > TimeSpan.Zero && value <= Longest) || value == Timeout.InfiniteTimeSpan
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value),
                value,
                "It must be above 0 and at most 24.8 days, or infinite."
            );
}
