using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Akka.Actor;

namespace Akka.Reactor.Configuration;

/// <summary>Reads <c>client</c>, the defaults, and with them <c>clients</c>, those that start with the system.</summary>
/// <param name="Connect">How a connection is made.</param>
/// <param name="Reconnect">When it is made again.</param>
internal sealed record ClientReader(ConnectOptions Connect, ReconnectReader Reconnect)
{
    // Left to it: the choice of an address, and the finding of addresses.
    private const string System = "system";

    /// <summary>What outgoing connections are made with, for a protocol that is read before the rest is known.</summary>
    internal static ConnectOptions ConnectOf(ActorSystem system)
    {
        SettingsReader reader = SettingsReader.Of(system.Settings.Config, ReactorOptions.Path);
        ConnectionOptions connection = ConnectionReader.Read(reader.Section("connection"), ConnectionOptions.Default);
        return Read(reader.Section("client"), connection, TlsReader.Read(reader.Section("tls"))).Connect;
    }

    internal static ClientReader Read(SettingsReader reader, ConnectionOptions connection, TlsReader tls) =>
        new(
            ReadConnect(
                reader,
                new ConnectOptions
                {
                    Connection = connection,
                    HandshakeTimeout = tls.HandshakeTimeout,
                    Protocols = tls.Protocols,
                }
            ),
            ReconnectReader.Read(reader.Section("reconnect"))
        );

    internal IReadOnlyList<ClientOptions> ReadAll(SettingsReader section, LayerCatalog layers, ActorSystem system)
    {
        List<ClientOptions> clients = [];
        foreach (string name in section.Keys)
        {
            clients.Add(ReadOne(section.Section(name), name, layers, system));
        }

        return clients;
    }

    private ClientOptions ReadOne(SettingsReader reader, string name, LayerCatalog layers, ActorSystem system)
    {
        IReadOnlyList<string> endPoints = reader.EndPoints("connect");
        string? secure = endPoints.FirstOrDefault(text => reader.EndPoint("connect", text).Secure);

        ConnectOptions connect = ReadConnect(reader, Connect) with
        {
            Connection = ConnectionReader.Read(reader.Section("connection"), Connect.Connection),
            Layers = layers.OfClient(reader, secure),
        };
        Props protocol = ProtocolFactory.FromType(
            reader.RequiredText("protocol"),
            reader.Foreign("options"),
            $"{reader.Path}.options",
            system,
            problem => reader.Error("protocol", problem)
        );
        ClientOptions options = new(endPoints, protocol)
        {
            Name = name,
            EndPointOrder = reader.Choice("endpoint-order", EndPointOrder.Failover),
            Connect = connect,
            Reconnect = Reconnect.With(reader.Section("reconnect")).Settle(),
            ProtocolCrash = reader.Choice("protocol-crash", ProtocolCrash.Restart),
            OfflineQueue = reader.Size("offline-queue", 0, OptionRules.LeastQueue),
        };

        // For what one value alone cannot tell.
        OutgoingRules.Settle(options, connect, ReconnectOptions.Default, (key, problem) => reader.Error(key, problem));
        return options;
    }

    private static ConnectOptions ReadConnect(SettingsReader reader, ConnectOptions defaults)
    {
        SettingsReader block = reader.Section("tls");
        TlsClientOptions? tls = block.Keys.Any() ? TlsReader.ReadClient(block, defaults) : defaults.Tls;
        return defaults with
        {
            DnsTimeout = reader.Duration("dns-timeout", defaults.DnsTimeout),
            ConnectTimeout = reader.Duration("connect-timeout", defaults.ConnectTimeout),
            ConnectOrder = reader.Choice("connect-order", defaults.ConnectOrder),
            ConnectStagger = reader.Duration("connect-stagger", defaults.ConnectStagger, infinite: false),
            LocalAddress = ReadLocalAddress(reader, defaults.LocalAddress),
            NameResolver = ReadNameResolver(reader, defaults.NameResolver),
            Proxies = ReadProxies(reader, defaults.Proxies),
            Tls = tls,
            HandshakeTimeout = tls?.HandshakeTimeout ?? defaults.HandshakeTimeout,
            Protocols = tls?.Protocols ?? defaults.Protocols,
        };
    }

    private static INameResolver? ReadNameResolver(SettingsReader reader, INameResolver? fallback)
    {
        string? name = reader.OptionalText("name-resolver");
        if (name is null or System)
        {
            return name is null ? fallback : null;
        }

        Type type = ProtocolFactory.FindType(name, typeof(INameResolver), problem => Error(problem));
        if (type.GetConstructor([]) is null)
        {
            throw Error($"names {type.FullName}, which has no public constructor without arguments");
        }

        try
        {
            return (INameResolver)Activator.CreateInstance(type)!;
        }
        catch (TargetInvocationException failure)
        {
            throw Error(
                $"names {type.FullName}, which could not be made: {failure.InnerException!.Message}",
                failure.InnerException
            );
        }

        ReactorConfigurationException Error(string problem, Exception? cause = null) =>
            reader.Error("name-resolver", $"{problem}; {System} is allowed too", cause);
    }

    // What is written there may hold a password, and is not repeated.
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
                            $"holds what is no proxy; it must be none, or one or more of {Proxy.Allowed}"
                        )
                ),
        ];

    private static IPEndPoint? ReadLocalAddress(SettingsReader reader, IPEndPoint? fallback) =>
        reader.OptionalText("local-address") switch
        {
            null => fallback,
            System => null,
            var text when IPEndPoint.TryParse(text, out IPEndPoint? address) && IsWritten(text, address) => address,
            var text => throw reader.Error(
                "local-address",
                $"is {text}; it must be an address with or without a port, such as 192.0.2.1, 192.0.2.1:5000 or [fe80::1%eth0]:5000, or system"
            ),
        };

    // .NET takes 5000, 127.1 and 0x7f000001 for IPv4 addresses, too.
    private static bool IsWritten(string text, IPEndPoint address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6
        || string.Equals(text.Split(':')[0], address.Address.ToString(), StringComparison.Ordinal);
}
