using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Layers.Tls;
using Akka.Reactor.Tests.Layers.Tls;
using Xunit;
using static Akka.Reactor.Tests.Configuration.Settings;

namespace Akka.Reactor.Tests.Configuration;

/// <summary>The TLS of a listener as the configuration describes it, with the framework's SslStream as the client.</summary>
public sealed class ConfiguredTlsSpec : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("reactor-listener-tls-");

    public static TheoryData<SslProtocols> Versions => [SslProtocols.Tls12, SslProtocols.Tls13];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_listener_that_requires_certificates_serves_only_clients_that_have_one(SslProtocols version)
    {
        string tls = $"{Certificate()}, client-certificates = require, client-trust-anchors = \"{Anchors()}\"";
        await using Server server = await Server.Start(tls);

        Assert.Equal("hello", await server.Greeting(Client(version, TestCertificates.Client)));
        await AssertRefused(server.Greeting(Client(version)));
        await AssertRefused(server.Greeting(Client(version, TestCertificates.SelfSigned)));
    }

    [Fact]
    public async Task A_listener_may_serve_clients_of_some_names_only()
    {
        string tls =
            $"{Certificate()}, client-certificates = require, client-trust-anchors = \"{Anchors()}\", client-names = ";
        await using Server server = await Server.Start($"{tls} \"*.test\"");
        await using Server other = await Server.Start($"{tls} [other.test]");

        Assert.Equal("hello", await server.Greeting(Client(SslProtocols.Tls13, TestCertificates.Client)));
        await AssertRefused(other.Greeting(Client(SslProtocols.Tls13, TestCertificates.Client)));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_listener_that_requests_certificates_serves_clients_without_one_too(SslProtocols version)
    {
        string tls = $"{Certificate()}, client-certificates = request, client-trust-anchors = \"{Anchors()}\"";
        await using Server server = await Server.Start(tls);

        Assert.Equal("hello", await server.Greeting(Client(version, TestCertificates.Client)));
        Assert.Equal("hello", await server.Greeting(Client(version)));
        await AssertRefused(server.Greeting(Client(version, TestCertificates.SelfSigned)));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_application_protocol_is_agreed_or_the_handshake_ends_with_an_alert(SslProtocols version)
    {
        await using Server server = await Server.Start($"{Certificate()}, application-protocols = [smtp, xmpp-server]");

        Assert.Equal("hello smtp", await server.Greeting(Client(version, offered: ["imap", "xmpp-server", "smtp"])));
        Assert.Equal("hello", await server.Greeting(Client(version)));
        AuthenticationException refusal = await Assert.ThrowsAsync<AuthenticationException>(() =>
            server.Greeting(Client(version, offered: ["imap"]))
        );
        Assert.Contains("no application protocol", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "client-certificates = always",
        "client-certificates: is always; it must be one of none, request, require"
    )]
    [InlineData(
        "client-trust-anchors = nowhere.pem",
        "client-trust-anchors: Cannot use nowhere.pem: the file does not exist"
    )]
    [InlineData(
        "client-certificates = require, client-names = [\"a b\"]",
        "client-names: contains a b; a name must be a DNS name, or *. followed by a DNS name"
    )]
    [InlineData(
        "application-protocols = [\"\"]",
        "application-protocols: contains \"\"; a name must have 1 to 255 bytes"
    )]
    public async Task A_wrong_value_is_an_error_at_start(string tls, string expected)
    {
        string message = await Failure(Server.Listener($"{Certificate()}, {tls}"));
        Assert.StartsWith($"akka.reactor.listeners.x.tls.{expected}", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client-certificates = require", "client-certificates: is require")]
    [InlineData("client-names = a.example", "client-names: is a.example")]
    [InlineData("application-protocols = [h2]", "application-protocols: is a list")]
    public async Task A_setting_without_a_certificate_is_an_error_at_start(string tls, string expected)
    {
        string message = await Failure(Server.Listener(tls));
        Assert.StartsWith(
            $"akka.reactor.listeners.x.tls.{expected}, but the block has no",
            message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Trust_anchors_for_clients_that_are_not_asked_are_an_error_at_start()
    {
        string message = await Failure(Server.Listener($"{Certificate()}, client-trust-anchors = \"{Anchors()}\""));
        Assert.Contains("but client-certificates is none", message, StringComparison.Ordinal);
        message = await Failure(Server.Listener($"{Certificate()}, client-names = [a.example]"));
        Assert.Contains("client-names: is a list, but client-certificates is none", message, StringComparison.Ordinal);
    }

    private static SslClientAuthenticationOptions Client(
        SslProtocols version,
        TlsCertificate? certificate = null,
        string host = TestCertificates.Host,
        params string[] offered
    ) =>
        new()
        {
            TargetHost = host,
            EnabledSslProtocols = version,
            CertificateChainPolicy = TlsPeerVerifier.Policy(TestCertificates.Anchors, peerIsServer: true),
            ClientCertificateContext = certificate?.Context,
            ApplicationProtocols =
                offered.Length == 0 ? null : [.. Array.ConvertAll(offered, name => new SslApplicationProtocol(name))],
            AllowTlsResume = false,
        };

    // The handshake of the client is complete before the server rejects its certificate, so that the client may only see the end.
    private static async Task AssertRefused(Task<string> greeting)
    {
        try
        {
            Assert.Empty(await greeting);
        }
        catch (Exception refusal) when (refusal is IOException or AuthenticationException)
        {
            // An alert or a reset.
        }
    }

    private string Certificate(string host = TestCertificates.Host)
    {
        using X509Certificate2 leaf = TestCertificates.Issue(host);
        return $"certificate = \"{Save(NameOf(host), $"{leaf.ExportCertificatePem()}\n{leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n")}\"";
    }

    private string PathOf(string host) => Path.Combine(_folder.FullName, NameOf(host));

    private static string NameOf(string host) => $"{host.Replace('*', '_')}.pem";

    private string Anchors() => Save("anchors.pem", TestCertificates.Anchors.ExportCertificatePems());

    private string Save(string name, string content)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Says hello, and the application protocol if there is one, and closes.</summary>
    public sealed class Hello : ProtocolActor
    {
        protected override void OnConnected()
        {
            string text = Connection.Tls!.ApplicationProtocol is { } protocol ? $"hello {protocol}" : "hello";
            Write(Encoding.ASCII.GetBytes(text));
            Close();
        }

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
    }

    /// <summary>Sends back what it receives.</summary>
    public sealed class EchoSession : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }
    }

    /// <summary>Says which certificate the client has shown, and closes.</summary>
    public sealed class WhoSession : ProtocolActor
    {
        protected override void OnConnected()
        {
            Write(Encoding.ASCII.GetBytes(Connection.Tls!.PeerCertificate!.Subject));
            Close();
        }

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
    }

    /// <summary>Hands on everything that it receives until the end.</summary>
    public sealed class Reads(TaskCompletionSource<string> all) : ProtocolActor
    {
        private readonly StringBuilder _read = new();

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            _read.Append(Encoding.ASCII.GetString(data.ToArray()));
            return data.Length;
        }

        protected override void OnPeerFinished()
        {
            all.TrySetResult(_read.ToString());
            Close();
        }
    }

    private sealed class Server(ActorSystem system, Bound bound) : IAsyncDisposable
    {
        internal static string Listener(string tls, string? protocol = null) =>
            $"akka.reactor.listeners.x {{ bind = \"tls://127.0.0.1:0\", protocol = \"{protocol ?? Name<Hello>()}\", tls {{ {tls} }} }}";

        internal static async Task<Server> Start(string tls, string? protocol = null, string more = "")
        {
            ActorSystem system = ActorSystem.Create("tls", $"akka.loglevel = OFF\n{Listener(tls, protocol)}\n{more}");
            return new Server(system, Assert.Single(await system.Reactor().Started.WaitAsync(Deadline)));
        }

        internal async Task<string> Greeting(SslClientAuthenticationOptions options)
        {
            await using SslStream ssl = await Connect(options);
            using StreamReader reader = new(ssl);
            return await reader.ReadToEndAsync().WaitAsync(Deadline);
        }

        internal async Task<SslStream> Connect(SslClientAuthenticationOptions options)
        {
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync("127.0.0.1", bound.Port).WaitAsync(Deadline);
            SslStream ssl = new(new NetworkStream(socket, ownsSocket: true));
            await ssl.AuthenticateAsClientAsync(options).WaitAsync(Deadline);
            return ssl;
        }

        internal Task<IReadOnlyList<TlsCertificateLoadException>> Reload() =>
            system.Reactor().ReloadCertificates().WaitAsync(Deadline);

        /// <summary>What a client of the reactor receives.</summary>
        internal async Task<string> Ask()
        {
            TaskCompletionSource<string> all = new(TaskCreationOptions.RunContinuationsAsynchronously);
            await system
                .Reactor()
                .Connect($"tls://127.0.0.1:{bound.Port}", Props.Create(() => new Reads(all)))
                .WaitAsync(Deadline);
            return await all.Task.WaitAsync(Deadline);
        }

        public async ValueTask DisposeAsync() => await system.Terminate().WaitAsync(Deadline);
    }
}
