using System;
using System.IO;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Configuration;
using Akka.Reactor.Listeners;
using Akka.Reactor.Tests.Layers.Tls;
using Xunit;
using static Akka.Reactor.Tests.Configuration.Settings;

namespace Akka.Reactor.Tests.Configuration;

/// <summary>The listeners of the configuration.</summary>
public sealed class ConfiguredListenerSpec
{
    [Theory]
    [InlineData(
        "akka.reactor.listeners.x { protocol = p }",
        "akka.reactor.listeners.x.bind: is missing; it must be a text"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"here\", protocol = p }",
        "akka.reactor.listeners.x.bind: is here; it must be tcp://"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tcp://127.0.0.1:0\" }",
        "akka.reactor.listeners.x.protocol: is missing"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = \"No.Such, Type\" }",
        "akka.reactor.listeners.x.protocol: names No.Such, Type, which is not found"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = \"System.String\" }",
        "akka.reactor.listeners.x.protocol: names System.String, which is not a concrete ActorBase"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tls://127.0.0.1:0\", protocol = \"Akka.Reactor.Tests.Configuration.Plain, Akka.Reactor.Tests\" }",
        "akka.reactor.listeners.x.bind: is tls://127.0.0.1:0; tls:// needs tls.certificate"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tcp://example.test:80\", protocol = \"Akka.Reactor.Tests.Configuration.Plain, Akka.Reactor.Tests\" }",
        "akka.reactor.listeners.x.bind: is tcp://example.test:80; the host must be an address or localhost"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = p, layers = [y] }",
        "akka.reactor.listeners.x.layers: names y; it must name tls, proxy-protocol, which are built in, or a layer defined under akka.reactor.layers, where none is defined"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = p, layers = [tls] }",
        "akka.reactor.listeners.x.layers: names tls, which needs tls.certificate"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tls://127.0.0.1:0\", protocol = p, layers = [tls] }",
        "akka.reactor.listeners.x.layers: names tls, which tls://127.0.0.1:0 already puts on top; layers must not name tls again"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = p, layers = [proxy-protocol-v2] }",
        "akka.reactor.listeners.x.layers: names proxy-protocol-v2; it must name tls, proxy-protocol, which are built in, or a layer defined under akka.reactor.layers, where none is defined"
    )]
    [InlineData(
        "akka.reactor.layers.proxy-protocol-v1 = \"My.Layer, My\"",
        "akka.reactor.layers.proxy-protocol-v1: is built in; a layer of your own must have another name"
    )]
    [InlineData(
        "akka.reactor.layers.proxy-protocol = \"My.Layer, My\"",
        "akka.reactor.layers.proxy-protocol: is built in; a layer of your own must have another name"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = p, layers = [proxy-protocol] }",
        "akka.reactor.listeners.x.proxy-protocol.trusted: is missing or empty; it must contain at least one network"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = p, layers = [proxy-protocol], proxy-protocol.trusted = [] }",
        "akka.reactor.listeners.x.proxy-protocol.trusted: is missing or empty; it must contain at least one network"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = p, layers = [proxy-protocol], proxy-protocol.trusted = \"10.0.0.1/8\" }",
        "akka.reactor.listeners.x.proxy-protocol.trusted: contains 10.0.0.1/8; it must contain networks without host bits, such as \"10.0.0.0/8\""
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = p, layers = [proxy-protocol], proxy-protocol { trusted = [\"10.0.0.1\"], header-timeout = 0s } }",
        "akka.reactor.listeners.x.proxy-protocol.header-timeout: is 0s; it must be a duration"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = p, proxy-protocol.trusted = [\"10.0.0.1\"] }",
        "akka.reactor.listeners.x.proxy-protocol: is a block, but layers does not name proxy-protocol"
    )]
    [InlineData(
        "akka.reactor.layers.tls = \"My.Layer, My\"",
        "akka.reactor.layers.tls: is built in; a layer of your own must have another name"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = p, tls { handshake-timeout = 5s } }",
        "akka.reactor.listeners.x.tls.handshake-timeout: is 5s, but the block has no certificate; this setting requires one"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = p, tls { protocols = [\"tls1.3\"] } }",
        "akka.reactor.listeners.x.tls.protocols: is a list, but the block has no certificate; this setting requires one"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = p, unix-mode = \"0600\" }",
        "akka.reactor.listeners.x.unix-mode: is 0600, but tcp://127.0.0.1:0 has no file; unix-mode must be system, or bind must be unix:/PATH"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"unix:/run/x\", protocol = p, reuse-port = on }",
        "akka.reactor.listeners.x.reuse-port: is on, but unix:/run/x has no port; reuse-port must be off, or bind must be tcp:// or tls://"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = p, tls { key = k } }",
        "akka.reactor.listeners.x.tls.key: is k, but the block has no certificate"
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = p, tls { certificate = nowhere.pem } }",
        "akka.reactor.listeners.x.tls.certificate: "
    )]
    [InlineData(
        "akka.reactor.listeners.x { bind = \"tcp://127.0.0.1:0\", protocol = p, connection { write-queue-limit = 1KiB } }",
        "akka.reactor.listeners.x.connection.high-water: is 131072 bytes"
    )]
    public async Task A_wrong_setting_is_an_error_with_its_full_path_its_value_and_what_is_allowed(
        string hocon,
        string expected
    ) => Assert.StartsWith(expected, await Failure(hocon), StringComparison.Ordinal);

    [Fact]
    public async Task A_PROXY_header_is_received_below_TLS_and_once()
    {
        Layer header = ProxyProtocol.ReceiverLayer(new ProxyReceiverOptions("10.0.0.0/8"));
        Layer tls = Tls.ServerLayer(new TlsServerOptions(TestCertificates.Server));
        Layer other = new("other", _ => Props.Empty);
        Assert.Equal(
            "layers: is [other, tls, proxy-protocol], the lowest first; the PROXY header comes before the ClientHello, so the order must be [other, proxy-protocol, tls]",
            Refusal(other, tls, header)
        );
        Assert.Equal(
            "layers: is [proxy-protocol, proxy-protocol]; a connection has one PROXY header, so proxy-protocol must stand there once",
            Refusal(header, header)
        );
        Assert.Null(Refusal(header, other, tls));
        Assert.StartsWith(
            "akka.reactor.listeners.x.layers: is [tls, proxy-protocol], the lowest first; the PROXY header comes before the ClientHello, so the order must be [proxy-protocol, tls]",
            await WithCertificate(pem =>
                Failure(
                    $$"""
                    akka.reactor.listeners.x {
                      bind = "tcp://127.0.0.1:0"
                      protocol = "{{Name<Plain>()}}"
                      layers = [tls, proxy-protocol]
                      proxy-protocol.trusted = "10.0.0.0/8"
                      tls.certificate = "{{pem}}"
                    }
                    """
                )
            ),
            StringComparison.Ordinal
        );
    }

    private static string? Refusal(params Layer[] layers)
    {
        try
        {
            ListenerRules.Settle(
                new Bind("tcp://127.0.0.1:0", Props.Create<Plain>(), new ListenerOptions { Layers = layers }),
                null,
                new ListenerOptions(),
                (key, problem) => new ReactorConfigurationException(key, problem)
            );
            return null;
        }
        catch (ReactorConfigurationException refusal)
        {
            return refusal.Message;
        }
    }

    private static async Task<T> WithCertificate<T>(Func<string, Task<T>> run)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("reactor-layers-");
        try
        {
            using X509Certificate2 leaf = TestCertificates.Issue(TestCertificates.Host);
            string pem = Path.Combine(folder.FullName, "server.pem");
            await File.WriteAllTextAsync(
                pem,
                $"{leaf.ExportCertificatePem()}\n{leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n"
            );
            return await run(pem);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_listener_receives_PROXY_headers_from_the_networks_that_it_trusts()
    {
        ReactorOptions settings = await Read(
            $$"""
            akka.reactor.listeners.x {
              bind = "tcp://127.0.0.1:0"
              protocol = "{{Name<Plain>()}}"
              layers = ["proxy-protocol"]
              proxy-protocol { trusted = ["10.0.0.0/8", "fd00::/8"], header-timeout = 3s }
            }
            """
        );
        Assert.Equal("proxy-protocol", Assert.Single(Assert.Single(settings.Listeners).Options.Layers).Name);
    }

    [Fact]
    public async Task An_unknown_key_of_a_listener_is_told()
    {
        string protocol = Name<Plain>();
        string message = await Failure(
            $"akka.reactor.listeners.x {{ bind = \"tcp://127.0.0.1:0\", protocol = \"{protocol}\", max-conections = 5 }}"
        );
        Assert.StartsWith(
            "akka.reactor.listeners.x.max-conections: is not a setting; ",
            message,
            StringComparison.Ordinal
        );
        Assert.Contains("max-connections", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("system", null)]
    [InlineData("7", 7)]
    public async Task The_backlog_is_the_systems_most_or_a_number(string written, int? backlog)
    {
        ReactorOptions settings = await Read($"akka.reactor.listener.backlog = {written}");
        Assert.Equal(backlog, settings.Listener.Backlog);
    }

    [Fact]
    public async Task A_listener_says_otherwise_than_the_defaults_key_by_key()
    {
        string protocol = Name<Plain>();
        ReactorOptions settings = await Read(
            $$"""
            akka.reactor.listener.backlog = 5
            akka.reactor.connection.idle-timeout = 7s
            akka.reactor.connection.socket { send-buffer = 6KiB, user-timeout = 9s }
            akka.reactor.listeners.x {
              bind = "tcp://127.0.0.1:0"
              protocol = "{{protocol}}"
              max-connections = 3
              connection { max-unread = 2KiB, socket { receive-buffer = 8KiB, user-timeout = system } }
            }
            """
        );
        CheckedListener listener = Assert.Single(settings.Listeners);
        Assert.Equal("tcp://127.0.0.1:0", listener.Bind.EndPoint);
        Assert.Equal(typeof(Plain), listener.Bind.Protocol.Type);
        ListenerOptions options = listener.Options;
        Assert.Equal("x", options.Name);
        Assert.Equal(5, options.Backlog);
        Assert.Equal(3, options.MaxConnections);
        Assert.Equal(TimeSpan.FromSeconds(7), options.Connection.IdleTimeout);
        Assert.Equal(2048, options.Connection.MaxUnread);
        Assert.Equal(
            SocketOptions.Default with
            {
                SendBuffer = 6 * 1024,
                ReceiveBuffer = 8 * 1024,
            },
            options.Connection.Socket
        );
        Assert.Equal(TimeSpan.FromSeconds(9), settings.Client.Connection.Socket.UserTimeout);
    }

    [Fact]
    public async Task Tls_is_a_layer_like_any_other_where_there_is_a_certificate()
    {
        string greeting = await WithCertificate(async pem =>
        {
            ActorSystem system = ActorSystem.Create(
                "layers",
                $$"""
                akka { loglevel = OFF }
                akka.reactor.listeners.x {
                  bind = "tcp://127.0.0.1:0"
                  protocol = "{{Name<Greets>()}}"
                  layers = ["tls"]
                  tls.certificate = "{{pem}}"
                }
                """
            );
            try
            {
                using Peer peer = await Peer.ConnectTo(Assert.Single(await system.Reactor().Started));
                await peer.StartTls();
                return Encoding.ASCII.GetString(await peer.ReceiveExactly(5));
            }
            finally
            {
                await system.Terminate().WaitAsync(TimeSpan.FromSeconds(20));
            }
        });
        Assert.Equal("hello", greeting);
    }

    [Fact]
    public async Task Defaults_that_only_some_listeners_can_have_are_no_error()
    {
        ReactorOptions settings = await Read(
            $$"""
            akka.reactor.listener { reuse-port = on, unix-mode = "0600" }
            akka.reactor.listeners {
              x { bind = "tcp://127.0.0.1:0", protocol = "{{Name<Plain>()}}", unix-mode = system }
              y { bind = "unix:/run/y", protocol = "{{Name<Plain>()}}", reuse-port = off }
              z { bind = "unix:/run/z", protocol = "{{Name<Plain>()}}" }
            }
            """
        );
        Assert.Equal(3, settings.Listeners.Count);
    }

    [Theory]
    [InlineData("options { anything = goes }", false)]
    [InlineData("options { }", true)]
    [InlineData("", true)]
    public async Task Options_for_a_type_that_takes_none_are_an_error(string options, bool allowed)
    {
        string hocon =
            $"akka.reactor.listeners.x {{ bind = \"tcp://127.0.0.1:0\", protocol = \"{Name<Plain>()}\", {options} }}";
        if (allowed)
        {
            await Read(hocon);
            return;
        }

        string message = await Failure(hocon);
        Assert.StartsWith("akka.reactor.listeners.x.options: is given, but ", message, StringComparison.Ordinal);
        Assert.Contains(typeof(Plain).FullName!, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(Inheriting), typeof(Inheriting))]
    [InlineData(typeof(Explicit), typeof(Explicit))]
    public async Task A_configured_protocol_may_have_it_from_a_base_class_or_for_the_interface_only(
        Type named,
        Type made
    )
    {
        ReactorOptions settings = await Read(
            $"akka.reactor.listeners.x {{ bind = \"tcp://127.0.0.1:0\", protocol = \"{Name(named)}\", options {{ a = 1 }} }}"
        );
        Assert.Equal(made, Assert.Single(settings.Listeners).Bind.Protocol.Type);
    }

    [Fact]
    public async Task A_base_class_that_makes_something_else_than_was_named_is_an_error()
    {
        string message = await Failure(
            $"akka.reactor.listeners.x {{ bind = \"tcp://127.0.0.1:0\", protocol = \"{Name<MoreExplicit>()}\" }}"
        );
        Assert.StartsWith(
            $"akka.reactor.listeners.x.protocol: names {typeof(MoreExplicit).FullName}, for which ",
            message,
            StringComparison.Ordinal
        );
    }

    public sealed class Greets : ProtocolActor
    {
        protected override void OnConnected() => Write("hello"u8);

        protected override long OnReceived(System.Buffers.ReadOnlySequence<byte> data) => data.Length;
    }

    public class MakesTheHeir : UntypedActor, IConfigured<Props>
    {
        public static Props FromConfiguration(SettingsReader options, ActorSystem system) =>
            options.Count("a", 0) == 1 ? Props.Create<Inheriting>() : Props.Empty;

        protected override void OnReceive(object message) => Unhandled(message);
    }

    public sealed class Inheriting : MakesTheHeir;

    public class Explicit : UntypedActor, IConfigured<Props>
    {
        static Props IConfigured<Props>.FromConfiguration(SettingsReader options, ActorSystem system) =>
            options.Count("a", 1) == 1 ? Props.Create<Explicit>() : Props.Empty;

        protected override void OnReceive(object message) => Unhandled(message);
    }

    public sealed class MoreExplicit : Explicit;
}
