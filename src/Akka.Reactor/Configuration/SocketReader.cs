using System;
using System.IO;
using Akka.Reactor.Listeners;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Configuration;

/// <summary>Reads the options of sockets, and checks them against the features of this system's sockets.</summary>
internal static class SocketReader
{
    // This word means that there is no value: the system chooses.
    private const string System = "system";

    internal static SocketOptions Read(SettingsReader reader, SocketOptions defaults)
    {
        SettingsReader keepAlive = reader.Section("keep-alive");
        return new SocketOptions
        {
            NoDelay = reader.Flag("no-delay", defaults.NoDelay),
            KeepAlive = new KeepAliveOptions
            {
                When = keepAlive.Choice("when", defaults.KeepAlive.When),
                Idle = keepAlive.Duration("idle", defaults.KeepAlive.Idle, OptionRules.ProbeTime),
                Interval = keepAlive.Duration("interval", defaults.KeepAlive.Interval, OptionRules.ProbeTime),
                Count = keepAlive.Count(
                    "count",
                    defaults.KeepAlive.Count,
                    OptionRules.LeastProbes,
                    OptionRules.MostProbes
                ),
            },
            SendBuffer = ReadBuffer("send-buffer", defaults.SendBuffer),
            ReceiveBuffer = ReadBuffer("receive-buffer", defaults.ReceiveBuffer),
            UserTimeout = reader.OrWord(
                "user-timeout",
                System,
                defaults.UserTimeout,
                or => reader.Duration("user-timeout", TimeSpan.Zero, OptionRules.UserTimeout, or)
            ),
        };

        int? ReadBuffer(string key, int? fallback) =>
            reader.OrWord(key, System, fallback, or => reader.Size(key, 0, OptionRules.LeastBuffer, or));
    }

    /// <summary>Reads the mode of a unix socket's file, written as for <c>chmod</c>.</summary>
    internal static UnixFileMode? ReadMode(SettingsReader reader, string key, UnixFileMode? fallback) =>
        reader.OrWord(
            key,
            System,
            fallback,
            or =>
            {
                string text = reader.Text(key, "");
                return text.Length is 3 or 4 && text.AsSpan().IndexOfAnyExceptInRange('0', '7') < 0
                    ? (UnixFileMode)Convert.ToInt32(text, 8)
                    : throw reader.Error(key, $"is {text}; it must be an octal mode, such as 0660{or}");
            }
        );

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
