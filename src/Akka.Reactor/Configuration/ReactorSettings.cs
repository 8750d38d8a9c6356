using System;
using System.Collections.Generic;
using System.Security.Authentication;
using Akka.Actor;
using Akka.Reactor.Polling;

namespace Akka.Reactor.Configuration;

/// <summary>Everything under <c>akka.reactor</c>, read and checked once.</summary>
internal sealed record ReactorSettings
{
    internal const string Path = "akka.reactor";

    private const string TlsLayer = "tls";

    private static readonly string[] TlsVersions = ["tls1.2", "tls1.3"];

    internal required string Engine { get; init; }

    internal required int Selectors { get; init; }

    internal required int Throughput { get; init; }

    /// <summary>Negative: nobody is warned.</summary>
    internal required TimeSpan StallWarning { get; init; }

    /// <summary>Of the loops' dispatchers.</summary>
    internal required TimeSpan ShutdownTimeout { get; init; }

    internal required ListenerOptions Listener { get; init; }

    internal required ConnectOptions Client { get; init; }

    internal required IReadOnlyList<Bind> Listeners { get; init; }

    /// <exception cref="ReactorConfigurationException">A key is unknown or a value is not allowed.</exception>
    internal static ReactorSettings Read(ActorSystem system)
    {
        SettingsReader reader = SettingsReader.Of(system.Settings.Config, Path);
        ConnectionOptions connection = ReadConnection(reader.Section("connection"), ConnectionOptions.Default);
        (TimeSpan handshakeTimeout, SslProtocols protocols) = ReadTls(reader.Section("tls"));
        SettingsReader layers = reader.Section("layers");
        Dictionary<string, Layer> known = ReadLayers(layers);
        ListenerOptions listener = ReadListener(
            reader.Section("listener"),
            new ListenerOptions { Connection = connection }
        );

        List<Bind> listeners = [];
        SettingsReader section = reader.Section("listeners");
        foreach (string name in section.Keys)
        {
            listeners.Add(
                ReadConfigured(section.Section(name), name, listener, known, handshakeTimeout, protocols, system)
            );
        }

        SettingsReader client = reader.Section("client");
        ReactorSettings settings = new()
        {
            Engine = reader.Choice("engine", "auto", Platforms.EngineNames),
            Selectors =
                reader.OrWord("selectors", "auto", null, or => reader.Count("selectors", 1, 1, 1024, or))
                ?? Environment.ProcessorCount,
            Throughput = reader.Count("throughput", 64, 1),
            StallWarning = reader.Duration("stall-warning", TimeSpan.FromMilliseconds(100)),
            ShutdownTimeout = reader.Duration("shutdown-timeout", TimeSpan.FromSeconds(1), infinite: false),
            Listener = listener,
            Client = new ConnectOptions
            {
                DnsTimeout = client.Duration("dns-timeout", TimeSpan.FromSeconds(5)),
                ConnectTimeout = client.Duration("connect-timeout", TimeSpan.FromSeconds(10)),
                HandshakeTimeout = handshakeTimeout,
                Protocols = protocols,
                Connection = connection,
            },
            Listeners = listeners,
        };
        reader.RejectUnknown();
        return settings;
    }

    private static ConnectionOptions ReadConnection(SettingsReader reader, ConnectionOptions defaults)
    {
        ConnectionOptions options = new()
        {
            ReadAhead = reader.Size("read-ahead", defaults.ReadAhead, OptionRules.LeastReadAhead),
            HighWater = reader.Size("high-water", defaults.HighWater, OptionRules.LeastHighWater),
            LowWater = reader.Size("low-water", defaults.LowWater, OptionRules.LeastLowWater),
            Limit = reader.Size("limit", defaults.Limit, OptionRules.LeastLimit),
            IdleTimeout = reader.Duration("idle-timeout", defaults.IdleTimeout),
            WriteStallTimeout = reader.Duration("write-stall-timeout", defaults.WriteStallTimeout),
            LingerTimeout = reader.Duration("linger-timeout", defaults.LingerTimeout, infinite: false),
            Lifetime = reader.Duration("lifetime", defaults.Lifetime),
            MinReceiveRate = reader.Size("min-receive-rate", defaults.MinReceiveRate, OptionRules.LeastRate),
            MinSendRate = reader.Size("min-send-rate", defaults.MinSendRate, OptionRules.LeastRate),
            RatePeriod = reader.Duration("rate-period", defaults.RatePeriod, infinite: false),
            Socket = SocketSettings.Read(reader.Section("socket"), defaults.Socket),
        };

        // For what one value alone cannot tell.
        OptionRules.Check(options, (key, problem) => reader.Error(key, problem));
        return options;
    }

    private static (TimeSpan HandshakeTimeout, SslProtocols Protocols) ReadTls(SettingsReader reader) =>
        (
            reader.Duration("handshake-timeout", TimeSpan.FromSeconds(10)),
            ReadProtocols(reader, SslProtocols.Tls12 | SslProtocols.Tls13)
        );

    private static SslProtocols ReadProtocols(SettingsReader reader, SslProtocols fallback)
    {
        if (!reader.Has("protocols"))
        {
            return fallback;
        }

        SslProtocols protocols = SslProtocols.None;
        foreach (string name in reader.Texts("protocols", []))
        {
            protocols |= name switch
            {
                "tls1.2" => SslProtocols.Tls12,
                "tls1.3" => SslProtocols.Tls13,
                _ => throw reader.Error("protocols", $"holds {name}; allowed are {string.Join(", ", TlsVersions)}"),
            };
        }

        return protocols == SslProtocols.None
            ? throw reader.Error("protocols", $"is empty; allowed are {string.Join(", ", TlsVersions)}")
            : protocols;
    }

    private static ListenerOptions ReadListener(SettingsReader reader, ListenerOptions defaults) =>
        defaults with
        {
            Backlog = reader.Count("backlog", defaults.Backlog, OptionRules.LeastCount),
            AcceptBatch = reader.Count("accept-batch", defaults.AcceptBatch, OptionRules.LeastCount),
            MaxConnections = reader.Count("max-connections", defaults.MaxConnections, OptionRules.LeastCount),
            MaxConnectionsPerAddress = reader.OrWord(
                "max-connections-per-address",
                "unlimited",
                defaults.MaxConnectionsPerAddress,
                or => reader.Count("max-connections-per-address", 1, OptionRules.LeastCount, or: or)
            ),
            ReusePort = reader.Flag("reuse-port", defaults.ReusePort),
            Ipv6Only = reader.Flag("ipv6-only", defaults.Ipv6Only),
            UnixMode = SocketSettings.ReadMode(reader, "unix-mode", defaults.UnixMode),
            DrainTimeout = reader.Duration("drain-timeout", defaults.DrainTimeout),
            LogConnections = reader.Flag("log-connections", defaults.LogConnections),
        };

    private static Bind ReadConfigured(
        SettingsReader reader,
        string name,
        ListenerOptions defaults,
        Dictionary<string, Layer> known,
        TimeSpan handshakeTimeout,
        SslProtocols protocols,
        ActorSystem system
    )
    {
        ReactorEndPoint endPoint = ReactorEndPoint.Parse(reader.RequiredText("bind"), $"{reader.Path}.bind");
        TlsServerOptions? tls = ReadCertificate(reader.Section("tls"), handshakeTimeout, protocols);
        List<Layer> layers = [];
        foreach (string layer in reader.Texts("layers", []))
        {
            layers.Add(
                string.Equals(layer, TlsLayer, StringComparison.Ordinal) ? TlsLayerOf(reader, endPoint, tls)
                : known.TryGetValue(layer, out Layer? found) ? found
                : throw reader.Error("layers", UnknownLayer(layer, known))
            );
        }

        ListenerOptions options = ReadListener(reader, defaults) with
        {
            Name = name,
            Connection = ReadConnection(reader.Section("connection"), defaults.Connection),
            Layers = layers,
            Tls = tls,
        };
        RejectWhatItCannotHave(reader, endPoint, options);
        if (endPoint.Secure && options.Tls is null)
        {
            throw reader.Error("bind", $"is {endPoint}; tls:// needs tls.certificate");
        }

        Props protocol = ProtocolFactory.FromType(
            reader.RequiredText("protocol"),
            reader.Foreign("options"),
            $"{reader.Path}.options",
            system,
            problem => reader.Error("protocol", problem)
        );
        return new Bind(endPoint.ToString(), protocol, options);
    }

    // Of what is said of this very listener: the defaults are for those of the other kind, too.
    private static void RejectWhatItCannotHave(SettingsReader reader, ReactorEndPoint endPoint, ListenerOptions options)
    {
        if (endPoint.UnixPath is null && reader.Has("unix-mode") && options.UnixMode is not null)
        {
            throw reader.Error(
                "unix-mode",
                $"is {reader.Written("unix-mode")}, but {endPoint} has no file; it must be system, or bind to unix:/PATH"
            );
        }

        if (endPoint.UnixPath is not null && reader.Has("reuse-port") && options.ReusePort)
        {
            throw reader.Error(
                "reuse-port",
                $"is {reader.Written("reuse-port")}, but {endPoint} has no port; it must be off, or bind to tcp:// or tls://"
            );
        }
    }

    private static Layer TlsLayerOf(SettingsReader reader, ReactorEndPoint endPoint, TlsServerOptions? tls)
    {
        if (endPoint.Secure)
        {
            throw reader.Error("layers", $"names tls, which {endPoint} puts on top already; it must name it once");
        }

        return Tls.ServerLayer(tls ?? throw reader.Error("layers", "names tls, which needs tls.certificate"));
    }

    private static string UnknownLayer(string layer, Dictionary<string, Layer> known) =>
        $"names {layer}; it must name tls, which is built in, or one defined under {Path}.layers"
        + (known.Count == 0 ? ", where there is none" : $": {string.Join(", ", known.Keys)}");

    private static TlsServerOptions? ReadCertificate(
        SettingsReader reader,
        TimeSpan handshakeTimeout,
        SslProtocols protocols
    )
    {
        string? certificate = reader.OptionalText("certificate");
        string? key = reader.OptionalText("key");
        handshakeTimeout = reader.Duration("handshake-timeout", handshakeTimeout);
        protocols = ReadProtocols(reader, protocols);
        if (certificate is null)
        {
            foreach (string other in (string[])["key", "handshake-timeout", "protocols"])
            {
                if (reader.Written(other) is { } value)
                {
                    throw reader.Error(other, $"is {value}, but there is no certificate beside it; it needs one");
                }
            }

            return null;
        }

        try
        {
            return new TlsServerOptions(TlsCertificate.FromPemFiles(certificate, key))
            {
                HandshakeTimeout = handshakeTimeout,
                Protocols = protocols,
            };
        }
        catch (TlsCertificateLoadException failure)
        {
            throw reader.Error("certificate", failure.Message, failure);
        }
    }

    private static Dictionary<string, Layer> ReadLayers(SettingsReader reader)
    {
        Dictionary<string, Layer> layers = new(StringComparer.Ordinal);
        foreach (string name in reader.Keys)
        {
            if (string.Equals(name, TlsLayer, StringComparison.Ordinal))
            {
                throw reader.Error(name, "is built in; a layer of your own must have another name");
            }

            Type type = ProtocolFactory.FindType(
                reader.RequiredText(name),
                typeof(LayerActor),
                problem => reader.Error(name, problem)
            );
            layers[name] = new Layer(name, lower => Props.Create(type, lower));
        }

        return layers;
    }
}
