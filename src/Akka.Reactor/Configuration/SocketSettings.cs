using System;
using System.IO;
using Akka.Reactor.Polling;

namespace Akka.Reactor.Configuration;

/// <summary>Reads what sockets are told, and holds it against what this system's sockets have.</summary>
internal static class SocketSettings
{
    // The kernel counts seconds in 15 bits.
    private static readonly TimeSpan LongestProbeTime = TimeSpan.FromSeconds(32767);

    internal static SocketOptions Read(SettingsReader reader, SocketOptions defaults)
    {
        SettingsReader keepAlive = reader.Section("keep-alive");
        return new SocketOptions
        {
            NoDelay = reader.Flag("no-delay", defaults.NoDelay),
            KeepAlive = new KeepAliveOptions
            {
                Enabled = keepAlive.Flag("enabled", defaults.KeepAlive.Enabled),
                Idle = ProbeTime(keepAlive, "idle", defaults.KeepAlive.Idle),
                Interval = ProbeTime(keepAlive, "interval", defaults.KeepAlive.Interval),
                Count = keepAlive.Count("count", defaults.KeepAlive.Count, 1, 127),
            },
            SendBuffer = OrSystem(reader, "send-buffer", defaults.SendBuffer, ReadSize),
            ReceiveBuffer = OrSystem(reader, "receive-buffer", defaults.ReceiveBuffer, ReadSize),
            UserTimeout = OrSystem(
                reader,
                "user-timeout",
                defaults.UserTimeout,
                (key, _) => reader.Duration(key, TimeSpan.Zero, infinite: false)
            ),
        };

        int ReadSize(string key, int _) => reader.Size(key, 0, 1024);
    }

    /// <summary>The mode of a unix socket's file, as <c>chmod</c> writes it.</summary>
    internal static UnixFileMode? ReadMode(SettingsReader reader, string key, UnixFileMode? fallback) =>
        OrSystem(
            reader,
            key,
            fallback,
            (_, _) =>
            {
                string text = reader.Text(key, "");
                return text.Length is 3 or 4 && text.AsSpan().IndexOfAnyExceptInRange('0', '7') < 0
                    ? (UnixFileMode)Convert.ToInt32(text, 8)
                    : throw reader.Error(key, $"is {text}; it must be system or an octal mode, such as 0660");
            }
        );

    /// <exception cref="ReactorConfigurationException">A setting asks for what this system's sockets do not have.</exception>
    internal static void Check(ReactorSettings settings, SocketFeatures features)
    {
        CheckSocket($"{ReactorSettings.Path}.connection", settings.Client.Connection, features);
        CheckListener($"{ReactorSettings.Path}.listener", settings.Listener, features);
        foreach (Bind bind in settings.Listeners)
        {
            string path = $"{ReactorSettings.Path}.listeners.{bind.Options!.Name}";
            CheckListener(path, bind.Options, features);
            CheckSocket($"{path}.connection", bind.Options.Connection, features);
            if (
                bind.EndPoint.StartsWith(ReactorEndPoint.UnixScheme, StringComparison.Ordinal)
                && (features & SocketFeatures.UnixSockets) == 0
            )
            {
                throw new ReactorConfigurationException(
                    $"{path}.bind",
                    $"is {bind.EndPoint}, but unix sockets are not supported here"
                );
            }
        }
    }

    private static void CheckListener(string path, ListenerOptions options, SocketFeatures features)
    {
        if (options.ReusePort && (features & SocketFeatures.ReusePort) == 0)
        {
            throw new ReactorConfigurationException($"{path}.reuse-port", "is on, but this system does not have it");
        }
    }

    private static void CheckSocket(string path, ConnectionOptions options, SocketFeatures features)
    {
        if (options.Socket.UserTimeout is { } limit && (features & SocketFeatures.UserTimeout) == 0)
        {
            throw new ReactorConfigurationException(
                $"{path}.socket.user-timeout",
                $"is {limit}, but it cannot be set on this system; it must be system"
            );
        }
    }

    private static TimeSpan ProbeTime(SettingsReader reader, string key, TimeSpan fallback)
    {
        TimeSpan time = reader.Duration(key, fallback, infinite: false);
        return time <= LongestProbeTime
            ? time
            : throw reader.Error(key, $"is {time}; it must be at most {LongestProbeTime.TotalSeconds} s");
    }

    // "system" is no value but the absence of one; a block or list is refused by whoever reads the value.
    private static T? OrSystem<T>(SettingsReader reader, string key, T? fallback, Func<string, T, T> read)
        where T : struct =>
        !reader.Has(key) ? fallback
        : string.Equals(reader.OptionalText(key), "system", StringComparison.Ordinal) ? null
        : read(key, default);
}
