using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Reactor.Configuration;
using Akka.Reactor.Tests.Layers.Tls;
using Xunit;
using static Akka.Reactor.Tests.Configuration.Settings;

namespace Akka.Reactor.Tests.Configuration;

/// <summary>The clients of the configuration.</summary>
public sealed class ConfiguredClientSpec
{
    private const string Pin = "sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static string Minimal => $"connect = \"tcp://a.test:1\", protocol = \"{Name<Caller>()}\"";

    [Theory]
    [InlineData("protocol = P", "clients.x.connect: is missing or empty; it must contain at least one end point")]
    [InlineData(
        "connect = [], protocol = P",
        "clients.x.connect: is missing or empty; it must contain at least one end point"
    )]
    [InlineData("connect = here, protocol = P", "clients.x.connect: is here; it must be tcp://HOST:PORT")]
    [InlineData(
        "connect = [\"tcp://a:0\"], protocol = P",
        "clients.x.connect: is tcp://a:0; an end point to connect to must be tcp://HOST:PORT"
    )]
    [InlineData("connect = \"tcp://a:1\"", "clients.x.protocol: is missing; it must be a text")]
    [InlineData(
        "connect = \"tcp://a:1\", protocol = PLAIN",
        "clients.x.protocol: is Akka.Reactor.Tests.Configuration.Plain, which cannot own an outgoing connection; it must be a ProtocolActor"
    )]
    [InlineData(
        "MINIMAL, endpoint-order = any",
        "clients.x.endpoint-order: is any; it must be one of failover, round-robin"
    )]
    [InlineData(
        "MINIMAL, protocol-crash = resume",
        "clients.x.protocol-crash: is resume; it must be one of restart, stop"
    )]
    [InlineData(
        "MINIMAL, offline-queue = 2MiB",
        "clients.x.offline-queue: is 2097152 bytes; it must be at least 0 and at most connection.write-queue-limit (1048576)"
    )]
    [InlineData(
        "MINIMAL, connect-order = random",
        "clients.x.connect-order: is random; it must be one of sequential, happy-eyeballs"
    )]
    [InlineData("MINIMAL, connect-stagger = infinite", "clients.x.connect-stagger: is infinite; it must be a duration")]
    [InlineData(
        "MINIMAL, local-address = eth0",
        "clients.x.local-address: is eth0; it must be an address with or without a port"
    )]
    [InlineData(
        "MINIMAL, local-address = 5000",
        "clients.x.local-address: is 5000; it must be an address with or without a port"
    )]
    [InlineData("MINIMAL, local-address = \"127.1\"", "clients.x.local-address: is 127.1; it must be an address")]
    [InlineData(
        "MINIMAL, local-address = \"0x7f000001:80\"",
        "clients.x.local-address: is 0x7f000001:80; it must be an address"
    )]
    [InlineData(
        "connect = \"unix:/run/x\", protocol = P, layers = [tls]",
        "clients.x.connect: is unix:/run/x, which has no host name to verify a certificate against; with tls among the layers, tls.host-name is required"
    )]
    [InlineData(
        "MINIMAL, proxies = \"socks5://alice:secret@proxy.test\"",
        "clients.x.proxies: contains a value that is not a proxy; it must be none, or one or more of socks5://HOST:PORT, "
    )]
    [InlineData(
        "connect = \"unix:/run/x\", protocol = P, proxies = [\"http://proxy.test:3128\"]",
        "clients.x.connect: is unix:/run/x, which a proxy cannot connect to"
    )]
    [InlineData(
        "MINIMAL, layers = [socks9]",
        "clients.x.layers: names socks9; it must name tls, proxy-protocol-v1, proxy-protocol-v2, which are built in, or a layer defined under "
    )]
    [InlineData(
        "MINIMAL, name-resolver = hosts",
        "clients.x.name-resolver: names hosts, which is not found; it must be \"Namespace.Type, Assembly\"; system is allowed too"
    )]
    [InlineData(
        "MINIMAL, name-resolver = PLAIN",
        "clients.x.name-resolver: names Akka.Reactor.Tests.Configuration.Plain, which is not a concrete INameResolver"
    )]
    [InlineData(
        "MINIMAL, name-resolver = GIVEN",
        "clients.x.name-resolver: names Akka.Reactor.Tests.Configuration.GivenAddresses, which has no public constructor without arguments"
    )]
    [InlineData(
        "MINIMAL, name-resolver = UNMADE",
        "clients.x.name-resolver: names Akka.Reactor.Tests.Configuration.UnmadeResolver, which could not be created: on request"
    )]
    [InlineData(
        "connect = [\"tcp://a:1\", \"tls://b:1\"], protocol = P, layers = [tls]",
        "clients.x.layers: names tls, which tls://b:1 already puts on top; layers must not name tls again"
    )]
    [InlineData(
        "MINIMAL, tls { key = k }",
        "clients.x.tls.key: is k, but the block has no certificate; this setting requires one"
    )]
    [InlineData("MINIMAL, tls { trust-anchors = nowhere.pem }", "clients.x.tls.trust-anchors: ")]
    [InlineData("MINIMAL, tls { host-name = \"\" }", "clients.x.tls.host-name: is empty")]
    [InlineData(
        "MINIMAL, tls { verify = none }",
        "clients.x.tls.verify: is none; it must be one of chain-and-name, chain, none-dangerous"
    )]
    [InlineData(
        "MINIMAL, tls { cipher-suites = [AES128] }",
        "clients.x.tls.cipher-suites: contains AES128; a cipher suite must be an IANA name such as TLS_AES_128_GCM_SHA256 or "
    )]
    [InlineData("MINIMAL, tls { cipher-suites = [\"4865\"] }", "clients.x.tls.cipher-suites: contains 4865; a cipher")]
    [InlineData(
        "MINIMAL, tls { pins = [\"sha256/AAAA\"] }",
        "clients.x.tls.pins: contains sha256/AAAA; a pin must be sha256/ followed by the Base64 of 32 bytes"
    )]
    [InlineData(
        "MINIMAL, tls { certificate = \"store:Somebody/My/01\" }",
        "clients.x.tls.certificate: is store:Somebody/My/01; with store: it must be store:CurrentUser/STORE/THUMBPRINT or "
    )]
    [InlineData(
        "MINIMAL, tls { certificate = \"store:CurrentUser/My/0123456789abcdef0123456789abcdef01234567\", key = k }",
        "clients.x.tls.key: is k, but store:CurrentUser/My/0123456789ABCDEF0123456789ABCDEF01234567 is in a store, with its key"
    )]
    [InlineData(
        "MINIMAL, tls { certificate = \"store:CurrentUser/Nosuch/0123456789abcdef0123456789abcdef01234567\" }",
        "clients.x.tls.certificate: Cannot use store:CurrentUser/Nosuch/0123456789ABCDEF0123456789ABCDEF01234567: the store does not exist or"
    )]
    [InlineData(
        "MINIMAL, reconnect { jitter = 1.5 }",
        "clients.x.reconnect.jitter: is 1.5; it must be a number from 0 to 1"
    )]
    [InlineData(
        "MINIMAL, reconnect { multiplier = 0.5 }",
        "clients.x.reconnect.multiplier: is 0.5; it must be a number from 1 to 100"
    )]
    [InlineData(
        "MINIMAL, reconnect { min-backoff = 1m }",
        "clients.x.reconnect.min-backoff: is 00:01:00; it must be at most max-backoff (00:00:30)"
    )]
    [InlineData(
        "MINIMAL, reconnect { attempts = 0 }",
        "clients.x.reconnect.attempts: is 0; it must be a whole number from 1 to 2147483647, or unlimited"
    )]
    [InlineData(
        "MINIMAL, reconnect { directive = resume }",
        "clients.x.reconnect.directive: is resume; it must be one of retry, stop, escalate"
    )]
    [InlineData(
        "MINIMAL, reconnect { on { dsn = stop } }",
        "clients.x.reconnect.on.dsn: is not a failure class; it must be one of dns, dns-timeout, "
    )]
    [InlineData(
        "MINIMAL, reconnect { on { dns = soon } }",
        "clients.x.reconnect.on.dns: is soon; it must be a duration: a number with ms, s, m, h or d, above 0 and at most 24.8d, or one of retry, stop, escalate, or a block"
    )]
    [InlineData(
        "MINIMAL, reconnect { on { dns { attempt = 1 } } }",
        "clients.x.reconnect.on.dns.attempt: is not a setting; the known settings are attempts, directive, "
    )]
    [InlineData(
        "MINIMAL, reconnect { on { dns { max-backoff = 1ms } } }",
        "clients.x.reconnect.on.dns.min-backoff: is 00:00:00.2000000; it must be at most max-backoff"
    )]
    public async Task A_mistake_is_named_with_what_is_allowed(string client, string message)
    {
        string hocon = client
            .Replace("MINIMAL", Minimal, StringComparison.Ordinal)
            .Replace("= PLAIN", $"= \"{Name<Plain>()}\"", StringComparison.Ordinal)
            .Replace("= GIVEN", $"= \"{Name<GivenAddresses>()}\"", StringComparison.Ordinal)
            .Replace("= UNMADE", $"= \"{Name<UnmadeResolver>()}\"", StringComparison.Ordinal)
            .Replace("= P", $"= \"{Name<Caller>()}\"", StringComparison.Ordinal);
        Assert.StartsWith(
            $"akka.reactor.{message}",
            await Failure($"akka.reactor.clients.x {{ {hocon} }}"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_application_has_failure_classes_of_its_own()
    {
        string client = $"connect = \"tcp://a:1\", protocol = \"{Name<Caller>()}\"";
        ReactorOptions settings = await Read(
            $$"""
            akka.reactor {
              failure-classes = [no-pong, not-authorised]
              client.reconnect.on { no-pong = 1s }
              clients.x { {{client}}, reconnect.on { not-authorised = stop } }
            }
            """
        );
        IReadOnlyDictionary<FailureClass, RetryPolicy> on = Assert.Single(settings.Clients).Reconnect.On;
        Assert.Equal(TimeSpan.FromSeconds(1), on[FailureClass.Named("no-pong")].MaxBackoff);
        Assert.Equal(RetryDirective.Stop, on[FailureClass.Named("not-authorised")].Directive);

        // A misspelt one is found, and so is one that is ours.
        Assert.Contains(
            "layer-crash, other, no-pong, or a name in akka.reactor.failure-classes",
            await Failure(
                $"akka.reactor {{ failure-classes = [no-pong], clients.x {{ {client}, reconnect.on.no-pnog = stop }} }}"
            ),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "akka.reactor.failure-classes: contains dns, which is a failure class already",
            await Failure("akka.reactor.failure-classes = [dns]"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Everything_can_be_said_of_a_client()
    {
        ReactorOptions settings = await Read(
            $$"""
            akka.reactor {
              client { dns-timeout = 3s, connect-order = happy-eyeballs, reconnect { max-backoff = 9s, on { dns = 20s } } }
              clients.upstream {
                connect = ["tls://a.test:1", "tcp://b.test:2"]
                endpoint-order = round-robin
                protocol = "{{Name<Caller>()}}"
                protocol-crash = stop
                offline-queue = 64KiB
                connect-timeout = 2s
                connect-stagger = 100ms
                local-address = "[fe80::1%1]:5000"
                name-resolver = "{{Name<LoopbackResolver>()}}"
                layers = [proxy-protocol-v2, proxy-protocol-v1]
                proxies = ["socks5://alice:s%3Aecret@near.test:1080", "https://[2001:db8::1]:3128"]
                connection.idle-timeout = infinite
                tls { host-name = "mail.test", verify = chain, pins = "{{Pin}}", protocols = ["tls1.3"], application-protocols = ["smtp"] }
                reconnect {
                  min-backoff = 1s, multiplier = 1.5, jitter = 0.2, attempts = 7, deadline = 1h, reset-after = 5s
                  on { reset = escalate, tls-certificate = retry, connect-refused { max-backoff = 2s, attempts = unlimited } }
                }
              }
            }
            """
        );
        ClientOptions client = Assert.Single(settings.Clients).Options;
        Assert.Equal("upstream", client.Name);
        Assert.Equal(["tls://a.test:1", "tcp://b.test:2"], client.EndPoints);
        Assert.Equal(EndPointOrder.RoundRobin, client.EndPointOrder);
        Assert.Equal(ProtocolCrash.Stop, client.ProtocolCrash);
        Assert.Equal(64 * 1024, client.OfflineQueue);
        ConnectOptions connect = client.Connect!;
        Assert.Equal(TimeSpan.FromSeconds(3), connect.DnsTimeout);
        Assert.Equal(TimeSpan.FromSeconds(2), connect.ConnectTimeout);
        Assert.Equal(ConnectOrder.HappyEyeballs, connect.ConnectOrder);
        Assert.Equal(TimeSpan.FromMilliseconds(100), connect.ConnectStagger);
        Assert.Equal(IPEndPoint.Parse("[fe80::1%1]:5000"), connect.LocalAddress);
        Assert.IsType<LoopbackResolver>(connect.NameResolver);
        Assert.Equal(
            "proxy-protocol-v2 proxy-protocol-v1",
            string.Join(' ', connect.Layers.Select(layer => layer.Name))
        );
        Assert.Equal(
            [
                new Proxy(ProxyKind.Socks5, "near.test", 1080)
                {
                    Credentials = new ProxyCredentials("alice", "s:ecret"),
                },
                new Proxy(ProxyKind.HttpConnect, "2001:db8::1", 3128) { Secure = true },
            ],
            connect.Proxies
        );
        Assert.Equal(Timeout.InfiniteTimeSpan, connect.Connection.IdleTimeout);
        Assert.Equal("mail.test", connect.Tls!.HostName);
        Assert.Equal(TlsVerification.Chain, connect.Tls.Verify);
        Assert.Equal([TlsPin.Parse(Pin)], connect.Tls.Pins);
        Assert.Equal(["smtp"], connect.Tls.ApplicationProtocols);
        ReconnectOptions reconnect = client.Reconnect!;
        RetryPolicy general = new()
        {
            MinBackoff = TimeSpan.FromSeconds(1),
            MaxBackoff = TimeSpan.FromSeconds(9),
            Multiplier = 1.5,
            Jitter = 0.2,
            Attempts = 7,
        };
        Assert.Equal(general, reconnect.Policy);
        Assert.Equal(TimeSpan.FromHours(1), reconnect.Deadline);
        Assert.Equal(TimeSpan.FromSeconds(5), reconnect.ResetAfter);
        Assert.Equal(
            new Dictionary<FailureClass, RetryPolicy>
            {
                [FailureClass.TlsCertificate] = general,
                [FailureClass.ProxyAuthentication] = general with { Directive = RetryDirective.Stop },
                [FailureClass.Dns] = general with
                {
                    MinBackoff = TimeSpan.FromSeconds(20),
                    MaxBackoff = TimeSpan.FromSeconds(20),
                },
                [FailureClass.Reset] = general with { Directive = RetryDirective.Escalate },
                [FailureClass.ConnectRefused] = general with { MaxBackoff = TimeSpan.FromSeconds(2), Attempts = null },
            },
            reconnect.On
        );
    }

    [Fact]
    public async Task What_is_said_of_TLS_for_all_clients_holds_where_one_says_nothing_else()
    {
        string anchors = Path.GetTempFileName();
        await File.WriteAllTextAsync(anchors, TestCertificates.Anchors[0].ExportCertificatePem());
        ReactorOptions settings = await Read(
            $$"""
            akka.reactor {
              tls.handshake-timeout = 9s
              client.tls {
                trust-anchors = "{{anchors}}", application-protocols = ["a"], verify = none-dangerous, pins = ["{{Pin}}"]
                protocols = ["tls1.3"], handshake-timeout = 3s
              }
              clients.same { {{Minimal}} }
              clients.other {
                {{Minimal}}, tls { host-name = "mail.test", verify = chain-and-name, application-protocols = [], handshake-timeout = 4s }
              }
            }
            """
        );
        File.Delete(anchors);
        TlsClientOptions all = settings.Client.Tls!;
        Assert.Single(all.TrustAnchors!.Roots);
        Assert.Equal(["a"], all.ApplicationProtocols);
        Assert.Equal(TlsVerification.NoneDangerous, all.Verify);
        Assert.Equal(SslProtocols.Tls13, all.Protocols);
        Assert.Equal(TimeSpan.FromSeconds(3), all.HandshakeTimeout);
        Assert.Equal(all.HandshakeTimeout, settings.Client.HandshakeTimeout);
        Assert.Equal(all, settings.Clients.Single(client => client.Options.Name == "same").Connect.Tls);
        ConnectOptions other = settings.Clients.Single(client => client.Options.Name == "other").Connect;
        Assert.Equal("mail.test", other.Tls!.HostName);
        Assert.Same(all.TrustAnchors, other.Tls.TrustAnchors);
        Assert.Empty(other.Tls.ApplicationProtocols);
        Assert.Equal(TlsVerification.ChainAndName, other.Tls.Verify);
        Assert.Equal(all.Pins, other.Tls.Pins);
        Assert.Equal(SslProtocols.Tls13, other.Tls.Protocols);
        Assert.Equal(TimeSpan.FromSeconds(4), other.Tls.HandshakeTimeout);
        Assert.Equal(TimeSpan.FromSeconds(4), other.HandshakeTimeout);
    }

    [Fact]
    public async Task The_resolver_of_all_clients_is_that_of_each_that_says_nothing_else()
    {
        ReactorOptions settings = await Read(
            $$"""
            akka.reactor {
              client.name-resolver = "{{Name<LoopbackResolver>()}}"
              clients.same { {{Minimal}} }
              clients.other { {{Minimal}}, name-resolver = system }
            }
            """
        );
        Assert.IsType<LoopbackResolver>(settings.Client.NameResolver);
        Assert.Same(
            settings.Client.NameResolver,
            settings.Clients.Single(client => client.Options.Name == "same").Connect.NameResolver
        );
        Assert.Null(settings.Clients.Single(client => client.Options.Name == "other").Connect.NameResolver);
    }

    [Fact]
    public async Task A_mistake_in_what_holds_for_all_is_named_there() =>
        Assert.StartsWith(
            "akka.reactor.client.tls.trust-anchor: is not a setting; the known settings are ",
            await Failure("akka.reactor.client.tls.trust-anchor = ca.pem"),
            StringComparison.Ordinal
        );

    [Fact]
    public async Task The_defaults_are_those_of_the_code()
    {
        ReactorOptions settings = await Read("");
        Assert.Equal(ReconnectOptions.Default.Policy, settings.Reconnect.Policy);
        Assert.Equal(ReconnectOptions.Default.On, settings.Reconnect.On);
        Assert.Equal(ReconnectOptions.Default.Deadline, settings.Reconnect.Deadline);
        Assert.Equal(ReconnectOptions.Default.ResetAfter, settings.Reconnect.ResetAfter);
        Assert.Equal(
            new ConnectOptions() with
            {
                Connection = settings.Client.Connection,
                Layers = settings.Client.Layers,
                Proxies = settings.Client.Proxies,
            },
            settings.Client
        );
        Assert.Empty(settings.Clients);
    }

    [Fact]
    public async Task It_asks_its_own_resolver_and_tells_who_it_is_by_its_layers()
    {
        using Socket server = new(SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen();
        ActorSystem system = ActorSystem.Create(
            "configured",
            ConfigurationFactory.ParseString(
                $$"""
                akka {
                  loglevel = OFF
                  extensions = ["Akka.Reactor.ReactorExtensionProvider, Akka.Reactor"]
                  reactor.clients.caller {
                    connect = "tcp://somewhere.test:{{((IPEndPoint)server.LocalEndPoint!).Port}}"
                    protocol = "{{Name<Caller>()}}"
                    name-resolver = "{{Name<LoopbackResolver>()}}"
                    layers = [proxy-protocol-v1]
                  }
                }
                """
            )
        );
        try
        {
            using Socket accepted = await server.AcceptAsync().WaitAsync(Patience);
            byte[] header = new byte[107];
            int length = await accepted.ReceiveAsync(header).WaitAsync(Patience);
            IPEndPoint from = (IPEndPoint)accepted.RemoteEndPoint!;
            IPEndPoint to = (IPEndPoint)accepted.LocalEndPoint!;
            Assert.Equal(
                $"PROXY TCP4 127.0.0.1 127.0.0.1 {from.Port} {to.Port}\r\n",
                Encoding.ASCII.GetString(header, 0, length)
            );
        }
        finally
        {
            await system.Terminate().WaitAsync(Patience);
        }
    }

    [Fact]
    public async Task It_starts_with_the_system_and_connects()
    {
        ActorSystem system = ActorSystem.Create(
            "configured",
            ConfigurationFactory.ParseString(
                $$"""
                akka {
                  loglevel = OFF
                  extensions = ["Akka.Reactor.ReactorExtensionProvider, Akka.Reactor"]
                  reactor.clients.caller {
                    connect = "tcp://127.0.0.1:{{FreePort()}}"
                    protocol = "{{Name<Caller>()}}"
                    reconnect { min-backoff = 10ms, max-backoff = 50ms }
                  }
                }
                """
            )
        );
        try
        {
            ClientStarted client = Assert.Single(await system.Reactor().ClientsStarted.WaitAsync(Patience));
            Assert.Equal("akka://configured/user/reactor/caller", client.Client.Path.ToString());
            Assert.Equal("akka://configured/user/reactor/caller/protocol", client.Protocol.Path.ToString());
            ClientStatus status = await client.Client.Ask<ClientStatus>(new GetStatus(), Patience);
            await system.Reactor().Bind(status.EndPoint, Props.Create<Caller>()).WaitAsync(Patience);
            Assert.True(
                SpinWait.SpinUntil(
                    () =>
                        client.Client.Ask<ClientStatus>(new GetStatus(), Patience).Result.State
                        == ClientState.Connected,
                    Patience
                )
            );
        }
        finally
        {
            await system.Terminate().WaitAsync(Patience);
        }
    }

    private static int FreePort()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

/// <summary>Does nothing but be connected.</summary>
public sealed class Caller : ProtocolActor
{
    protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
}

/// <summary>Every name is this machine's.</summary>
public sealed class LoopbackResolver : INameResolver
{
    public Task<IReadOnlyList<IPAddress>> Resolve(string host, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<IPAddress>>([IPAddress.Loopback]);
}

/// <summary>Knows what it was told, which configuration cannot do.</summary>
public sealed class GivenAddresses(IReadOnlyList<IPAddress> addresses) : INameResolver
{
    public Task<IReadOnlyList<IPAddress>> Resolve(string host, CancellationToken cancellation) =>
        Task.FromResult(addresses);
}

/// <summary>Cannot be made.</summary>
public sealed class UnmadeResolver : INameResolver
{
    public UnmadeResolver() => throw new InvalidOperationException("on request");

    public Task<IReadOnlyList<IPAddress>> Resolve(string host, CancellationToken cancellation) =>
        throw new InvalidOperationException();
}
