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
        string selectors = reader.Text("selectors", "auto");
        ReactorSettings settings = new()
        {
            Engine = reader.Choice("engine", "auto", Platforms.EngineNames),
            Selectors = string.Equals(selectors, "auto", StringComparison.Ordinal)
                ? Environment.ProcessorCount
                : reader.Count("selectors", 1, 1, 1024),
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
            ReadAhead = reader.Size("read-ahead", defaults.ReadAhead, 1024),
            HighWater = reader.Size("high-water", defaults.HighWater, 1),
            LowWater = reader.Size("low-water", defaults.LowWater, 0),
            Limit = reader.Size("limit", defaults.Limit, 1),
            IdleTimeout = reader.Duration("idle-timeout", defaults.IdleTimeout),
            WriteStallTimeout = reader.Duration("write-stall-timeout", defaults.WriteStallTimeout),
            LingerTimeout = reader.Duration("linger-timeout", defaults.LingerTimeout, infinite: false),
            Lifetime = reader.Duration("lifetime", defaults.Lifetime),
            MinReceiveRate = reader.Size("min-receive-rate", defaults.MinReceiveRate, 0),
            MinSendRate = reader.Size("min-send-rate", defaults.MinSendRate, 0),
            RatePeriod = reader.Duration("rate-period", defaults.RatePeriod, infinite: false),
            Socket = SocketSettings.Read(reader.Section("socket"), defaults.Socket),
        };
        if (options.LowWater >= options.HighWater || options.HighWater > options.Limit)
        {
            throw reader.Error(
                "high-water",
                $"is {options.HighWater} bytes; it must be above low-water ({options.LowWater}) and at most limit ({options.Limit})"
            );
        }

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
            Backlog = reader.Count("backlog", defaults.Backlog, 1),
            AcceptBatch = reader.Count("accept-batch", defaults.AcceptBatch, 1),
            MaxConnections = reader.Count("max-connections", defaults.MaxConnections, 1),
            MaxConnectionsPerAddress = reader.CountOrUnlimited(
                "max-connections-per-address",
                defaults.MaxConnectionsPerAddress,
                1
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
        SettingsReader tls = reader.Section("tls");
        List<Layer> layers = [];
        foreach (string layer in reader.Texts("layers", []))
        {
            layers.Add(
                known.TryGetValue(layer, out Layer? found)
                    ? found
                    : throw reader.Error("layers", UnknownLayer(layer, known))
            );
        }

        ListenerOptions options = ReadListener(reader, defaults) with
        {
            Name = name,
            Connection = ReadConnection(reader.Section("connection"), defaults.Connection),
            Layers = layers,
            Tls = ReadCertificate(tls, handshakeTimeout, protocols),
        };
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

    private static string UnknownLayer(string layer, Dictionary<string, Layer> known) =>
        known.Count == 0
            ? $"names {layer}; no layer is defined under {Path}.layers (tls is put in by a tls:// end point)"
            : $"names {layer}; defined under {Path}.layers are {string.Join(", ", known.Keys)}";

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
            return key is null ? null : throw reader.Error("key", $"is {key}, but there is no certificate beside it");
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
