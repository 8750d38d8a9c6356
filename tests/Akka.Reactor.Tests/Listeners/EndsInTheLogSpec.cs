using System;
using System.Buffers;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Tests.Layers.Tls;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Listeners;

/// <summary>What the log says of a connection's end: one line, with the peer and what happened.</summary>
public sealed class EndsInTheLogSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(
        "akka.reactor { selectors = 2, listener.drain-timeout = 1s }\nakka.loglevel = INFO",
        "ends",
        output
    )
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_protocol_that_throws_is_one_line_with_the_peer(bool logConnections)
    {
        Bound bound = await Bind<Throwing>(Options(logConnections));
        string line = await OnlyLineOf(bound, "boom");
        Assert.Contains("web: 127.0.0.1:", line, StringComparison.Ordinal);
        Assert.EndsWith(" aborted: the protocol failed: boom", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_abort_with_a_reason_is_one_line()
    {
        Bound bound = await Bind<Aborting>(Options(logConnections: true));
        Assert.EndsWith(": aborted: no good", await OnlyLineOf(bound, "x"), StringComparison.Ordinal);
    }

    [Fact]
    public Task A_failed_handshake_is_one_line() =>
        HandshakeFails("this is no handshake", "closed (ProtocolViolation: The peer does not speak TLS");

    [Fact]
    public Task An_empty_handshake_record_has_a_reason_of_its_own() =>
        HandshakeFails("\u0016\u0003\u0001\0\0", "closed (Failed: The peer sent a malformed TLS record header (Empty)");

    private async Task HandshakeFails(string bytes, string end)
    {
        ListenerOptions options = Options(logConnections: true) with
        {
            Tls = new TlsServerOptions(TestCertificates.Server),
        };
        Bound bound = await Sys.Reactor().Bind("tls://127.0.0.1:0", Props.Create<Throwing>(), options);
        string line = await OnlyLineOf(bound, bytes);
        Assert.Contains(end, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_through_a_proxy_is_logged_with_the_client_and_the_proxy()
    {
        Bound bound = await Bind<Closing>(BehindProxies());
        string[] lines = await LinesOf(bound, "PROXY TCP4 192.0.2.1 192.0.2.2 4000 25\r\nx");
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("192.0.2.1:4000 connected through 127.0.0.1:", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("web: 192.0.2.1:4000 through 127.0.0.1:", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(" closed (Requested)", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_names_no_client_is_logged_itself()
    {
        string line = await OnlyLineOf(await Bind<Closing>(BehindProxies()), "PROXY UNKNOWN\r\nx");
        Assert.StartsWith("web: 127.0.0.1:", line, StringComparison.Ordinal);
        Assert.EndsWith(" closed (Requested)", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_without_a_PROXY_header_is_one_line()
    {
        string line = await OnlyLineOf(await Bind<Closing>(BehindProxies()), "EHLO");
        Assert.StartsWith("web: 127.0.0.1:", line, StringComparison.Ordinal);
        Assert.Contains(
            " closed (ProtocolViolation: The connection from the proxy 127.0.0.1:",
            line,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_bind_that_fails_names_the_end_point_and_the_listener()
    {
        ListenerOptions options = Options(logConnections: false) with
        {
            Tls = new TlsServerOptions(TestCertificates.Server),
        };
        Bound taken = await Bind<Throwing>(new ListenerOptions());
        BindException failure = await Assert.ThrowsAsync<BindException>(() =>
            Sys.Reactor().Bind($"tls://127.0.0.1:{taken.Port}", Props.Create<Throwing>(), options)
        );
        Assert.StartsWith(
            $"Cannot listen on tls://127.0.0.1:{taken.Port} (listener web): ",
            failure.Message,
            StringComparison.Ordinal
        );
        Assert.Equal("web", failure.Listener);
    }

    [Fact]
    public async Task A_zone_that_is_no_interface_is_an_error_of_bind_and_connect()
    {
        const string problem = "this machine has no network interface nosuch";
        BindException bind = await Assert.ThrowsAsync<BindException>(() =>
            Sys.Reactor().Bind("tcp://[fe80::1%nosuch]:0", Props.Create<Throwing>())
        );
        Assert.Contains(problem, bind.Message, StringComparison.Ordinal);
        ReactorException connect = await Assert.ThrowsAnyAsync<ReactorException>(() =>
            Sys.Reactor().Connect("tcp://[fe80::1%nosuch]:25", Props.Create<Throwing>())
        );
        Assert.Contains(problem, connect.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_everybody_can_read_is_a_warning_once()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string key = Path.Combine(folder, "server.key");
            string certificate = Path.Combine(folder, "server.pem");
            using ECDsa secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            CertificateRequest request = new("CN=localhost", secret, HashAlgorithmName.SHA256);
            using X509Certificate2 made = request.CreateSelfSigned(
                DateTimeOffset.UnixEpoch,
                DateTimeOffset.UnixEpoch.AddYears(100)
            );
            await File.WriteAllTextAsync(key, secret.ExportPkcs8PrivateKeyPem());
            await File.WriteAllTextAsync(certificate, made.ExportCertificatePem());
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            ListenerOptions options = new() { Tls = new TlsServerOptions(TlsCertificate.FromFiles(certificate, key)) };
            await EventFilter
                .Warning(
                    $"The private key in {key} can be read by everybody: the file's mode is 0444, where 0600 is enough"
                )
                .ExpectOneAsync(
                    Patience,
                    async () =>
                    {
                        await Sys.Reactor().Bind("tls://127.0.0.1:0", Props.Create<Throwing>(), options);
                        await Sys.Reactor().Bind("tls://127.0.0.1:0", Props.Create<Throwing>(), options);
                    }
                );
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            Assert.Null(TlsCertificate.FromFiles(certificate, key).OpenKeyFile);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("svc.example.", "svc.example")]
    [InlineData("svc.example", "svc.example")]
    [InlineData(".", ".")]
    public void The_dot_of_the_root_is_no_part_of_the_name_that_is_verified(string host, string verified)
    {
        Assert.Equal(verified, new TlsClientOptions(host).HostName);
        Assert.Equal(verified, new TlsClientOptions().For(host).HostName);
    }

    [Fact]
    public void A_claim_needs_an_owner()
    {
        Assert.Throws<ArgumentNullException>(() => new Claim(null!));
        Assert.Throws<ArgumentNullException>(() => new Claim(TestActor) with { Owner = null! });
    }

    private static ListenerOptions Options(bool logConnections) =>
        new()
        {
            Name = "web",
            LogConnections = logConnections,
            DrainTimeout = TimeSpan.FromSeconds(1),
        };

    private static ListenerOptions BehindProxies() =>
        Options(logConnections: true) with
        {
            Layers = [ProxyProtocol.ReceiverLayer(new ProxyReceiverOptions("127.0.0.0/8"))],
            Connection = new ConnectionOptions { LingerTimeout = TimeSpan.FromMilliseconds(10) },
        };

    private Task<Bound> Bind<T>(ListenerOptions options)
        where T : ProtocolActor => Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<T>(), options);

    private async Task<string> OnlyLineOf(Bound bound, string text) => Assert.Single(await LinesOf(bound, text));

    // All lines at info level and above that name the peer, but that it has connected.
    private async Task<string[]> LinesOf(Bound bound, string text)
    {
        foreach (Type level in (Type[])[typeof(Info), typeof(Warning), typeof(Error)])
        {
            Sys.EventStream.Subscribe(TestActor, level);
        }

        using Peer peer = await Peer.ConnectTo(bound);
        string name = peer.Socket.LocalEndPoint!.ToString()!;
        await peer.Send(text);
        await peer.ReceiveToEnd();
        using Peer last = await Peer.ConnectTo(bound);
        last.Finish();
        await bound.Listener.Ask<DrainCompleted>(new Drain(), Patience);
        return
        [
            .. ReceiveWhile<LogEvent>(
                    shouldContinue: logged => !$"{logged.Message}".Contains("drained", StringComparison.Ordinal),
                    max: Patience
                )
                .Select(logged => $"{logged.Message}")
                .Where(line => line.Contains(name, StringComparison.Ordinal))
                .Where(line => !line.EndsWith(" connected", StringComparison.Ordinal)),
        ];
    }

    private sealed class Throwing : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data) => throw new InvalidOperationException("boom");
    }

    private sealed class Closing : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Close();
            return data.Length;
        }
    }

    private sealed class Aborting : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Abort(new PeerViolationException("no good"));
            return data.Length;
        }
    }
}
