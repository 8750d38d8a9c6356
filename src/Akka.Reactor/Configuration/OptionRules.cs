using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using Akka.Reactor.Diagnostics;

namespace Akka.Reactor.Configuration;

/// <summary>
/// The rules for the values of options from any source. The configuration is read with these bounds, and options made in C# are
/// checked against them before use. Keys are those of the configuration.
/// </summary>
internal static class OptionRules
{
    internal const int LeastMaxUnread = 1;
    internal const int LeastHighWater = 1;
    internal const int LeastLowWater = 0;
    internal const int LeastLimit = 1;
    internal const int LeastRate = 0;
    internal const int LeastBuffer = 1024;
    internal const int LeastProbes = 1;
    internal const int MostProbes = 127;

    internal const int LeastQueue = 0;
    internal const double LeastMultiplier = 1;
    internal const double MostMultiplier = 100;

    /// <summary>The minimum value of counts: backlog, batch, connections, attempts.</summary>
    internal const int LeastCount = 1;

    // The kernel counts seconds in 15 bits.
    internal static readonly TimeRange ProbeTime = TimeRange.Finite with { Most = TimeSpan.FromSeconds(32767) };

    // The kernel counts whole milliseconds, and 0 lets the kernel choose.
    internal static readonly TimeRange UserTimeout = TimeRange.Finite with { Least = TimeSpan.FromMilliseconds(1) };

    /// <param name="options">The options to check.</param>
    /// <param name="error">Creates the exception that is thrown, from a key and the problem with its value.</param>
    internal static void Check(ListenerOptions options, Func<string, string, Exception> error)
    {
        if (options.Backlog is { } backlog)
        {
            AtLeast(LeastCount, "backlog", backlog, error);
        }

        AtLeast(LeastCount, "accept-batch", options.AcceptBatch, error);
        AtLeast(LeastCount, "max-connections", options.MaxConnections, error);
        if (options.MaxConnectionsPerAddress is { } most)
        {
            AtLeast(LeastCount, "max-connections-per-address", most, error);
        }

        Within(TimeRange.OrInfinite, "drain-timeout", options.DrainTimeout, error);
        CheckLayers(options.Layers, error);
        Given("connection", options.Connection, error);
        Check(options.Connection, (key, problem) => error($"connection.{key}", problem));
    }

    /// <inheritdoc cref="Check(ListenerOptions, Func{string, string, Exception})"/>
    internal static void Check(ConnectOptions options, Func<string, string, Exception> error)
    {
        Within(TimeRange.OrInfinite, "dns-timeout", options.DnsTimeout, error);
        Within(TimeRange.OrInfinite, "connect-timeout", options.ConnectTimeout, error);
        Known("connect-order", options.ConnectOrder, error);
        Within(TimeRange.Finite, "connect-stagger", options.ConnectStagger, error);
        Given("proxies", options.Proxies, error);
        if (options.Proxies.Any(proxy => proxy is null))
        {
            throw error("proxies", "contains null; it must be a list of proxies");
        }

        Within(TimeRange.OrInfinite, "handshake-timeout", options.HandshakeTimeout, error);
        CheckLayers(options.Layers, error);
        Given("connection", options.Connection, error);
        Check(options.Connection, (key, problem) => error($"connection.{key}", problem));
    }

    /// <inheritdoc cref="Check(ListenerOptions, Func{string, string, Exception})"/>
    internal static void Check(ConnectionOptions options, Func<string, string, Exception> error)
    {
        AtLeast(LeastMaxUnread, "max-unread", options.MaxUnread, error);
        AtLeast(LeastHighWater, "high-water", options.HighWater, error);
        AtLeast(LeastLowWater, "low-water", options.LowWater, error);
        AtLeast(LeastLimit, "write-queue-limit", options.WriteQueueLimit, error);
        if (options.HighWater == ConnectionOptions.Infinite)
        {
            if (options.LowWater > options.WriteQueueLimit)
            {
                throw error(
                    "low-water",
                    $"is {options.LowWater} bytes; it must be at most write-queue-limit ({options.WriteQueueLimit})"
                );
            }
        }
        else if (options.LowWater >= options.HighWater || options.HighWater > options.WriteQueueLimit)
        {
            throw error(
                "high-water",
                $"is {options.HighWater} bytes; it must be above low-water ({options.LowWater}) and at most write-queue-limit ({options.WriteQueueLimit}), or infinite"
            );
        }

        Within(TimeRange.OrInfinite, "idle-timeout", options.IdleTimeout, error);
        Within(TimeRange.OrInfinite, "write-stall-timeout", options.WriteStallTimeout, error);
        Within(TimeRange.Finite, "linger-timeout", options.LingerTimeout, error);
        Within(TimeRange.OrInfinite, "lifetime", options.Lifetime, error);
        AtLeast(LeastRate, "min-receive-rate", options.MinReceiveRate, error);
        AtLeast(LeastRate, "min-send-rate", options.MinSendRate, error);
        Within(TimeRange.Finite, "rate-period", options.RatePeriod, error);
        Given("socket", options.Socket, error);
        CheckSocket(options.Socket, (key, problem) => error($"socket.{key}", problem));
    }

    /// <inheritdoc cref="Check(ListenerOptions, Func{string, string, Exception})"/>
    internal static void Check(ReconnectOptions options, Func<string, string, Exception> error)
    {
        Given("policy", options.Policy, error);
        Check(options.Policy, error);
        Given("on", options.On, error);
        foreach ((FailureClass failure, RetryPolicy policy) in options.On)
        {
            string key = $"on.{failure.Name}";
            Given(key, policy, error);
            Check(policy, (inner, problem) => error($"{key}.{inner}", problem));
        }

        Within(TimeRange.OrInfinite, "deadline", options.Deadline, error);
        Within(TimeRange.Finite, "reset-after", options.ResetAfter, error);
    }

    /// <inheritdoc cref="Check(ListenerOptions, Func{string, string, Exception})"/>
    internal static void Check(ClientOptions options, ConnectOptions connect, Func<string, string, Exception> error)
    {
        Given("connect", options.EndPoints, error);
        if (options.EndPoints.Count == 0)
        {
            throw error("connect", "is empty; it must contain at least one end point");
        }

        Known("endpoint-order", options.EndPointOrder, error);
        Known("protocol-crash", options.ProtocolCrash, error);
        if (options.OfflineQueue < LeastQueue || options.OfflineQueue > connect.Connection.WriteQueueLimit)
        {
            throw error(
                "offline-queue",
                $"is {options.OfflineQueue} bytes; it must be at least {LeastQueue} and at most connection.write-queue-limit ({connect.Connection.WriteQueueLimit})"
            );
        }
    }

    /// <inheritdoc cref="Check(ListenerOptions, Func{string, string, Exception})"/>
    internal static void Check(RetryPolicy policy, Func<string, string, Exception> error)
    {
        Known("directive", policy.Directive, error);
        Within(TimeRange.Finite, "min-backoff", policy.MinBackoff, error);
        Within(TimeRange.Finite, "max-backoff", policy.MaxBackoff, error);
        if (policy.MinBackoff > policy.MaxBackoff)
        {
            throw error("min-backoff", $"is {policy.MinBackoff}; it must be at most max-backoff ({policy.MaxBackoff})");
        }

        Within(LeastMultiplier, MostMultiplier, "multiplier", policy.Multiplier, error);
        Within(0, 1, "jitter", policy.Jitter, error);
        if (policy.Attempts is { } attempts)
        {
            AtLeast(LeastCount, "attempts", attempts, error);
        }
    }

    private static void CheckSocket(SocketOptions options, Func<string, string, Exception> error)
    {
        if (options.SendBuffer is { } send)
        {
            AtLeast(LeastBuffer, "send-buffer", send, error);
        }

        if (options.ReceiveBuffer is { } receive)
        {
            AtLeast(LeastBuffer, "receive-buffer", receive, error);
        }

        if (options.UserTimeout is { } limit)
        {
            Within(UserTimeout, "user-timeout", limit, error);
        }

        Given("keep-alive", options.KeepAlive, error);
        Within(ProbeTime, "keep-alive.idle", options.KeepAlive.Idle, error);
        Within(ProbeTime, "keep-alive.interval", options.KeepAlive.Interval, error);
        if (options.KeepAlive.Count is < LeastProbes or > MostProbes)
        {
            throw error(
                "keep-alive.count",
                $"is {options.KeepAlive.Count}; it must be a whole number from {LeastProbes} to {MostProbes}"
            );
        }
    }

    private static void CheckLayers(IReadOnlyList<Layer> layers, Func<string, string, Exception> error)
    {
        Given("layers", layers, error);
        if (layers.Any(layer => layer is null))
        {
            throw error("layers", "contains null; it must be a list of layers");
        }
    }

    // Nullability annotations do not prevent null at run time.
    private static void Given(string key, object? value, Func<string, string, Exception> error)
    {
        if (value is null)
        {
            throw error(key, "is null; a value must be given");
        }
    }

    private static void Known<T>(string key, T value, Func<string, string, Exception> error)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw error(key, $"is {value}; it must be one of {string.Join(", ", KebabCase<T>.All)}");
        }
    }

    // The condition is written so that NaN is outside the range.
    private static void Within(
        double least,
        double most,
        string key,
        double value,
        Func<string, string, Exception> error
    )
    {
        if (!(value >= least && value <= most))
        {
            throw error(
                key,
                string.Create(CultureInfo.InvariantCulture, $"is {value}; it must be from {least} to {most}")
            );
        }
    }

    private static void AtLeast(int least, string key, int value, Func<string, string, Exception> error)
    {
        if (value < least)
        {
            throw error(key, $"is {value}; it must be at least {least}");
        }
    }

    private static void Within(TimeRange range, string key, TimeSpan value, Func<string, string, Exception> error)
    {
        if (!range.Holds(value))
        {
            string text = value == Timeout.InfiniteTimeSpan ? "infinite" : value.ToString();
            throw error(key, $"is {text}; it must be a duration {range.Allowed}");
        }
    }
}
