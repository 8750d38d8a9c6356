using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Akka.Reactor.Configuration;

/// <summary>
/// What options may be, wherever they come from: the configuration is read with these bounds, and what was made in C# is
/// held against them before it is used. Keys are those of the configuration.
/// </summary>
internal static class OptionRules
{
    internal const int LeastReadAhead = 1;
    internal const int LeastHighWater = 1;
    internal const int LeastLowWater = 0;
    internal const int LeastLimit = 1;
    internal const int LeastRate = 0;
    internal const int LeastBuffer = 1024;
    internal const int LeastProbes = 1;
    internal const int MostProbes = 127;

    /// <summary>Of what a listener counts: its backlog, its batches, its connections.</summary>
    internal const int LeastCount = 1;

    // The kernel counts seconds in 15 bits.
    internal static readonly TimeRange ProbeTime = TimeRange.Finite with { Most = TimeSpan.FromSeconds(32767) };

    // The kernel counts whole milliseconds, and 0 says that it shall choose.
    internal static readonly TimeRange UserTimeout = TimeRange.Finite with { Least = TimeSpan.FromMilliseconds(1) };

    /// <param name="options">Of a listener.</param>
    /// <param name="error">Makes the exception that is thrown, of a key and what is wrong with its value.</param>
    internal static void Check(ListenerOptions options, Func<string, string, Exception> error)
    {
        AtLeast(LeastCount, "backlog", options.Backlog, error);
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
        Within(TimeRange.OrInfinite, "handshake-timeout", options.HandshakeTimeout, error);
        CheckLayers(options.Layers, error);
        Given("connection", options.Connection, error);
        Check(options.Connection, (key, problem) => error($"connection.{key}", problem));
    }

    /// <inheritdoc cref="Check(ListenerOptions, Func{string, string, Exception})"/>
    internal static void Check(ConnectionOptions options, Func<string, string, Exception> error)
    {
        AtLeast(LeastReadAhead, "read-ahead", options.ReadAhead, error);
        AtLeast(LeastHighWater, "high-water", options.HighWater, error);
        AtLeast(LeastLowWater, "low-water", options.LowWater, error);
        AtLeast(LeastLimit, "limit", options.Limit, error);
        if (options.LowWater >= options.HighWater || options.HighWater > options.Limit)
        {
            throw error(
                "high-water",
                $"is {options.HighWater} bytes; it must be above low-water ({options.LowWater}) and at most limit ({options.Limit})"
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
            throw error("layers", "holds null; it must be a list of layers");
        }
    }

    // Nullability is a hint only: who disregards it is told so.
    private static void Given(string key, object? value, Func<string, string, Exception> error)
    {
        if (value is null)
        {
            throw error(key, "is null; it must be given");
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
