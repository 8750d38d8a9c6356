using System;
using Akka.Reactor.Listeners;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Configuration;

/// <summary>Reads the options of sockets, and checks them against the features of this system's sockets.</summary>
internal static class SocketReader
{
    // The kernel counts seconds in 15 bits.
    private static readonly TimeRange s_probe = TimeRange.Finite with { Most = TimeSpan.FromSeconds(32767) };

    // The kernel counts whole milliseconds, and 0 lets the kernel choose.
    private static readonly TimeRange s_user = TimeRange.Finite with { Least = TimeSpan.FromMilliseconds(1) };

    internal static SocketOptions Read(IOptionReader reader, SocketOptions options)
    {
        return new SocketOptions
        {
            NoDelay = reader.Flag("no-delay", options.NoDelay),
            KeepAlive = reader.Block("keep-alive", options.KeepAlive, ReadKeepAlive),
            SendBuffer = ReadBuffer("send-buffer", options.SendBuffer),
            ReceiveBuffer = ReadBuffer("receive-buffer", options.ReceiveBuffer),
            UserTimeout = reader.OrWord(
                "user-timeout",
                "system",
                options.UserTimeout,
                (key, time, or) => reader.Duration(key, time, s_user, or)
            ),
        };

        int? ReadBuffer(string name, int? bytes) =>
            reader.OrWord(name, "system", bytes, (key, size, or) => reader.Size(key, size, 1024, or));
    }

    private static KeepAliveOptions ReadKeepAlive(IOptionReader reader, KeepAliveOptions options) =>
        new()
        {
            When = reader.Choice("when", options.When),
            Idle = reader.Duration("idle", options.Idle, s_probe),
            Interval = reader.Duration("interval", options.Interval, s_probe),
            Count = reader.Count("count", options.Count, 1, 127),
        };

    /// <exception cref="ReactorConfigurationException">
    /// A setting needs a feature that this system's sockets do not have.
    /// </exception>
    internal static void Check(ReactorOptions settings, SocketFeatures features)
    {
        CheckSocket($"{ReactorOptions.Path}.connection", settings.Client.Connection, features);
        CheckListener($"{ReactorOptions.Path}.listener", settings.Listener, features);
        foreach (CheckedListener listener in settings.Listeners)
        {
            string path = $"{ReactorOptions.Path}.listeners.{listener.Options.Name}";
            CheckListener(path, listener.Options, features);
            CheckSocket($"{path}.connection", listener.Options.Connection, features);
            if (listener.EndPoint.UnixPath is not null && (features & SocketFeatures.UnixSockets) == 0)
            {
                throw new ReactorConfigurationException(
                    $"{path}.bind",
                    $"is {listener.EndPoint}, but unix sockets are not supported here"
                );
            }
        }
    }

    private static void CheckListener(string path, ListenerOptions options, SocketFeatures features)
    {
        if (options.ReusePort && (features & SocketFeatures.ReusePort) == 0)
        {
            throw new ReactorConfigurationException($"{path}.reuse-port", "is on, but this system does not support it");
        }
    }

    private static void CheckSocket(string path, ConnectionOptions options, SocketFeatures features)
    {
        if (options.Socket.UserTimeout is { } limit && (features & SocketFeatures.UserTimeout) == 0)
        {
            throw new ReactorConfigurationException(
                $"{path}.socket.user-timeout",
                $"is {limit}, but it cannot be set on this system; the only allowed value is system"
            );
        }
    }
}
