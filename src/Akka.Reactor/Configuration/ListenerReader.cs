using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Listeners;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Configuration;

/// <summary>Reads <c>listener</c>, the defaults, and <c>listeners</c>, the listeners that start with the system.</summary>
internal static class ListenerReader
{
    internal static ListenerOptions Read(IOptionReader reader, ListenerOptions options) =>
        options with
        {
            Backlog = reader.OrWord(
                "backlog",
                "system",
                options.Backlog,
                (key, count, or) => reader.Count(key, count, 1, or: or)
            ),
            AcceptBatch = reader.Count("accept-batch", options.AcceptBatch, 1),
            MaxConnections = reader.Count("max-connections", options.MaxConnections, 1),
            MaxConnectionsPerAddress = reader.OrWord(
                "max-connections-per-address",
                "unlimited",
                options.MaxConnectionsPerAddress,
                (key, count, or) => reader.Count(key, count, 1, or: or)
            ),
            Ipv6AddressPrefix = reader.Count("ipv6-address-prefix", options.Ipv6AddressPrefix, 1, 128),
            ReusePort = reader.Flag("reuse-port", options.ReusePort),
            Ipv6Only = reader.Flag("ipv6-only", options.Ipv6Only),
            UnixMode = reader.OrWord("unix-mode", "system", options.UnixMode, reader.FileMode),
            DrainTimeout = reader.Duration("drain-timeout", options.DrainTimeout, TimeRange.OrInfinite),
            LogConnections = reader.Flag("log-connections", options.LogConnections),
        };

    internal static IReadOnlyList<CheckedListener> ReadAll(
        SettingsReader section,
        ListenerOptions defaults,
        LayerCatalog layers,
        TlsReader tls,
        ActorSystem system
    )
    {
        List<CheckedListener> listeners = [];
        foreach (string name in section.Keys)
        {
            listeners.Add(ReadOne(section.Section(name), name, defaults, layers, tls, system));
        }

        return listeners;
    }

    private static CheckedListener ReadOne(
        SettingsReader reader,
        string name,
        ListenerOptions defaults,
        LayerCatalog layers,
        TlsReader tlsDefaults,
        ActorSystem system
    )
    {
        string bind = reader.RequiredText("bind");
        ReactorEndPoint endPoint = ReactorEndPoint.Parse(bind, "bind", reader.Options.Error);
        TlsServerOptions? tls = tlsDefaults.ReadServer(reader.Section("tls"));
        ListenerOptions options = Read(reader, defaults) with
        {
            Name = name,
            Connection = ConnectionReader.Read(reader.Section("connection"), defaults.Connection),
            Layers = layers.OfListener(
                reader,
                endPoint.Secure ? endPoint : null,
                () => Tls.ServerLayer(tls ?? throw reader.Error("layers", "names tls, which needs tls.certificate"))
            ),
            Tls = tls,
        };
        RejectWhatItCannotHave(reader, endPoint, options);
        Props protocol = ConfiguredTypes.Protocol(reader, system);
        return ListenerRules.Settle(new Bind(bind, protocol, options), endPoint, defaults, reader.Options.Error);
    }

    // Checks only the keys in this listener's own block: the defaults are also for listeners that can have these settings.
    private static void RejectWhatItCannotHave(SettingsReader reader, ReactorEndPoint endPoint, ListenerOptions options)
    {
        if (endPoint.UnixPath is null && reader.Has("unix-mode") && options.UnixMode is not null)
        {
            throw reader.Error(
                "unix-mode",
                $"is {reader.Written("unix-mode")}, but {endPoint} has no file; unix-mode must be system, or bind must be unix:/PATH"
            );
        }

        if (endPoint.UnixPath is not null && reader.Has("reuse-port") && options.ReusePort)
        {
            throw reader.Error(
                "reuse-port",
                $"is {reader.Written("reuse-port")}, but {endPoint} has no port; reuse-port must be off, or bind must be tcp:// or tls://"
            );
        }
    }
}
