using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Reactor.Clients;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Configuration;

/// <summary>
/// Reads <c>client</c>, the defaults, and with these defaults <c>clients</c>, the clients that start with the system.
/// </summary>
/// <param name="Connect">How a connection is made.</param>
/// <param name="Reconnect">When a connection is made again.</param>
internal sealed record ClientReader(ConnectOptions Connect, ReconnectReader Reconnect)
{
    // This word leaves a choice to the system: the local address, or the resolution of names.
    private const string System = "system";
    private const string NameResolver = "name-resolver";

    internal static ClientReader Read(
        SettingsReader reader,
        ConnectionOptions connection,
        TlsReader tls,
        ActorSystem system
    ) =>
        new(
            ReadConnect(
                reader,
                system,
                new ConnectOptions
                {
                    Connection = connection,
                    HandshakeTimeout = tls.HandshakeTimeout,
                    Protocols = tls.Protocols,
                    Tls = tls.ForClients,
                }
            ),
            ReconnectReader.Read(reader.Section("reconnect"))
        );

    internal IReadOnlyList<CheckedClientOptions> ReadAll(
        SettingsReader section,
        LayerCatalog layers,
        ActorSystem system
    )
    {
        List<CheckedClientOptions> clients = [];
        foreach (string name in section.Keys)
        {
            clients.Add(ReadOne(section.Section(name), name, layers, system));
        }

        return clients;
    }

    /// <summary>Reads the options of a client that are neither about its connections nor about its failures.</summary>
    internal static ClientOptions Read(IOptionReader reader, ClientOptions options) =>
        options with
        {
            EndPointOrder = reader.Choice("endpoint-order", options.EndPointOrder),
            ProtocolCrash = reader.Choice("protocol-crash", options.ProtocolCrash),
            OfflineQueue = reader.Size("offline-queue", options.OfflineQueue, 0),
        };

    /// <summary>Reads the options of an outgoing connection that are plain values.</summary>
    internal static ConnectOptions Read(IOptionReader reader, ConnectOptions options) =>
        options with
        {
            DnsTimeout = reader.Duration("dns-timeout", options.DnsTimeout, TimeRange.OrInfinite),
            ConnectTimeout = reader.Duration("connect-timeout", options.ConnectTimeout, TimeRange.OrInfinite),
            ConnectOrder = reader.Choice("connect-order", options.ConnectOrder),
            ConnectStagger = reader.Duration("connect-stagger", options.ConnectStagger, TimeRange.Finite),
        };

    private CheckedClientOptions ReadOne(SettingsReader reader, string name, LayerCatalog layers, ActorSystem system)
    {
        (IReadOnlyList<string> texts, IReadOnlyList<ReactorEndPoint> endPoints) = reader.ParsedEndPoints("connect");
        ReactorEndPoint? secure = endPoints.FirstOrDefault(endPoint => endPoint.Secure);
        ConnectOptions connect = ReadConnect(reader, system, Connect) with
        {
            Connection = ConnectionReader.Read(reader.Section("connection"), Connect.Connection),
            Layers = layers.OfClient(reader, secure),
        };
        Props protocol = ConfiguredTypes.Protocol(reader, system);
        ClientOptions options = new(texts, protocol)
        {
            Name = name,
            Connect = connect,
            Reconnect = Reconnect.With(reader.Section("reconnect")).Settle(),
        };
        return OutgoingRules.Settle(
            Read(reader, options),
            endPoints,
            connect,
            ReconnectOptions.Default,
            reader.Options.Error
        );
    }

    private static ConnectOptions ReadConnect(SettingsReader reader, ActorSystem system, ConnectOptions defaults)
    {
        SettingsReader block = reader.Section("tls");
        TlsClientOptions? tls = block.Keys.Any() ? TlsReader.ReadClient(block, defaults) : defaults.Tls;
        return Read(reader, defaults) with
        {
            LocalAddress = ReadLocalAddress(reader, defaults.LocalAddress),
            NameResolver = ReadNameResolver(reader, system, defaults.NameResolver),
            Proxies = ReadProxies(reader, defaults.Proxies),
            Tls = tls,
            HandshakeTimeout = tls?.HandshakeTimeout ?? defaults.HandshakeTimeout,
            Protocols = tls?.Protocols ?? defaults.Protocols,
        };
    }

    private static INameResolver? ReadNameResolver(
        SettingsReader reader,
        ActorSystem system,
        INameResolver? fallback
    ) =>
        !reader.Has(NameResolver) ? fallback
        : !reader.IsBlock(NameResolver) && reader.OptionalText(NameResolver) is System ? null
        : ConfiguredTypes.Resolver(reader, NameResolver, $"; {System} is allowed too", system);

    // The value may contain a password, so the error does not repeat it.
    private static IReadOnlyList<Proxy> ReadProxies(SettingsReader reader, IReadOnlyList<Proxy> fallback) =>
        !reader.Has("proxies") ? fallback
        : reader.TextOrTexts("proxies") is ["none"] ? []
        :
        [
            .. reader
                .TextOrTexts("proxies")
                .Select(text =>
                    Proxy.TryParse(text, out Proxy? proxy)
                        ? proxy
                        : throw reader.Error(
                            "proxies",
                            $"contains a value that is not a proxy; it must be none, or one or more of {Proxy.Allowed}"
                        )
                ),
        ];

    private static IPEndPoint? ReadLocalAddress(SettingsReader reader, IPEndPoint? fallback) =>
        reader.OptionalText("local-address") switch
        {
            null => fallback,
            System => null,
            var text
                when IPEndPoint.TryParse(text, out IPEndPoint? address)
                    && ReactorEndPoint.UnknownZoneIn(text, address.Address) is { } zone => throw reader.Error(
                "local-address",
                $"is {text}, but this machine has no network interface {zone}"
            ),
            var text when IPEndPoint.TryParse(text, out IPEndPoint? address) && IsWritten(text, address) => address,
            var text => throw reader.Error(
                "local-address",
                $"is {text}; it must be an address with or without a port, such as 192.0.2.1, 192.0.2.1:5000 or [fe80::1%eth0]:5000, or system"
            ),
        };

    // .NET also takes 5000, 127.1 and 0x7f000001 for IPv4 addresses.
    private static bool IsWritten(string text, IPEndPoint address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6
        || string.Equals(text.Split(':')[0], address.Address.ToString(), StringComparison.Ordinal);
}
