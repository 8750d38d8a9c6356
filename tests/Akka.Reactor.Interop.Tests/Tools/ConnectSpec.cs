using System;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Tools;

/// <summary><c>ReactorHost connect</c> to servers of others, and to ReactorHost itself.</summary>
[Trait("Engines", "all")] // Which engine runs plays no part here.
public sealed class ConnectSpec : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PeerFact("openssl")]
    public async Task It_prints_what_openssl_has_agreed_on_and_relays()
    {
        int port = PeerServer.FreePort();
        await using PeerServer server = await PeerServer.Start(
            port,
            "openssl",
            "s_server",
            "-accept",
            $"{port}",
            "-cert",
            _folder.Certificate,
            "-key",
            _folder.Key,
            "-alpn",
            "h2,smtp",
            "-tls1_2",
            "-rev",
            "-quiet"
        );
        PeerResult probe = await Run("hello\n", port, "--tls", "--alpn", "smtp", "--alpn", "http/1.1");
        probe.AssertSucceeded();
        string[] lines = probe.Output.ReplaceLineEndings("\n").Split('\n');
        Assert.Equal("connected    127.0.0.1:" + port, lines[0]);
        Assert.StartsWith("secured      TLS 1.2, TLS_", lines[1], StringComparison.Ordinal);
        Assert.Equal("server name  localhost", lines[2]);
        Assert.Equal("ALPN         smtp", lines[3]);
        Assert.Contains("certificate  0", lines, StringComparer.Ordinal);
        Assert.Contains("  subject    CN=localhost", lines, StringComparer.Ordinal);
        Assert.Contains("  names      localhost, 127.0.0.1, ::1", lines, StringComparer.Ordinal);
        Assert.Contains("  key        EC, 256 bits", lines, StringComparer.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("  from       20", StringComparison.Ordinal));
        Assert.Contains(
            lines,
            line =>
                line.StartsWith("  to         20", StringComparison.Ordinal)
                && line.EndsWith(" days left)", StringComparison.Ordinal)
        );
        Assert.EndsWith("---\nolleh\n", string.Join('\n', lines), StringComparison.Ordinal);
    }

    [PeerTheory("python3")]
    [InlineData("imap")]
    [InlineData("postgres")]
    public async Task It_starts_TLS_as_other_protocols_do(string protocol)
    {
        await using PeerServer server = await Serve(protocol, out int port);
        string large = new('x', 1_000_000);
        PeerResult probe = await Run(large, port, "--starttls", protocol, "--quiet");
        probe.AssertSucceeded();
        Assert.Equal(large, probe.Output);
    }

    [PeerTheory("python3")]
    [InlineData("imap-no", "imap", "a1 NO not here")]
    [InlineData("postgres-no", "postgres", "N")]
    public async Task A_server_that_does_not_start_TLS_exits_with_6(string mode, string protocol, string reply)
    {
        await using PeerServer server = await Serve(mode, out int port);
        PeerResult probe = await Run("secret", port, "--starttls", protocol);
        Assert.Equal(6, probe.ExitCode);
        Assert.Contains($"The server does not start TLS: {reply}", probe.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_speaks_SMTP_with_ReactorHost_after_STARTTLS_and_from_the_first_byte()
    {
        await using HostProcess start = await Host("--starttls");
        int port = start.EndPoint("smtp").Port;
        PeerResult probe = await Run("EHLO x\r\nQUIT\r\n", port, "--starttls", "smtp");
        probe.AssertSucceeded();
        Assert.Contains("secured      TLS 1.3, ", probe.Output, StringComparison.Ordinal);
        Assert.Contains("---\n250-localhost\r\n", probe.Output, StringComparison.Ordinal);
        Assert.EndsWith("221 2.0.0 localhost closing connection\r\n", probe.Output, StringComparison.Ordinal);

        // A server that speaks no TLS here, and one that speaks nothing else.
        Assert.Equal(6, (await Run("", port, "--tls")).ExitCode);
        await using HostProcess tls = await Host("--tls");
        PeerResult direct = await Run("QUIT\r\n", tls.EndPoint("smtp").Port, "--tls", "--quiet");
        direct.AssertSucceeded();
        Assert.Equal("220 localhost ESMTP ready\r\n221 2.0.0 localhost closing connection\r\n", direct.Output);
    }

    [Fact]
    public async Task In_the_clear_it_only_relays()
    {
        await using HostProcess host = await Host("--starttls");
        PeerResult probe = await Run("QUIT\r\n", host.EndPoint("smtp").Port);
        probe.AssertSucceeded();
        Assert.Contains("in the clear\n---\n220 localhost", probe.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_failure_has_its_exit_code()
    {
        await using HostProcess host = await Host("--tls");
        int port = host.EndPoint("smtp").Port;
        PeerResult untrusted = await Probe("", "--server", $"localhost:{port}", "--tls");
        Assert.Equal(5, untrusted.ExitCode);
        Assert.Contains("The peer's certificate CN=localhost was rejected", untrusted.Errors, StringComparison.Ordinal);
        PeerResult unresolved = await Probe("", "--server", "no-such-host.invalid:1", "--tls");
        Assert.Equal(3, unresolved.ExitCode);
        Assert.Equal(4, (await Run("", PeerServer.FreePort(), "--tls")).ExitCode);
        Assert.Equal(2, (await Run("", port, "--tls", "--starttls", "smtp")).ExitCode);
        Assert.Equal(2, (await Probe("", "--server", "localhost")).ExitCode);
        Assert.Equal(2, (await Run("", port, "--starttls", "gopher")).ExitCode);
        Assert.Equal(2, (await Probe("", "--server", "localhost:1", "--ca", "/nowhere")).ExitCode);
        PeerResult help = await Probe("", "--help");
        Assert.Contains(
            "5 its certificate was not accepted",
            help.Output.ReplaceLineEndings(" "),
            StringComparison.Ordinal
        );
    }

    private Task<HostProcess> Host(string mode) =>
        HostProcess.Start(
            "smtp",
            "--listen",
            "127.0.0.1:0",
            mode,
            _folder.Certificate,
            _folder.Key,
            "--maildir",
            _folder.Maildir
        );

    private Task<PeerServer> Serve(string mode, out int port)
    {
        port = PeerServer.FreePort();
        return PeerServer.Start(
            port,
            "python3",
            PeerProcess.Script("starttls_server.py"),
            $"{port}",
            _folder.Certificate,
            _folder.Key,
            mode
        );
    }

    private Task<PeerResult> Run(string input, int port, params string[] more) =>
        Probe(input, ["--server", $"localhost:{port}", "--ca", _folder.Certificate, .. more]);

    private static Task<PeerResult> Probe(string input, params string[] arguments) =>
        PeerProcess.RunWith(
            Encoding.ASCII.GetBytes(input),
            HostProcess.DotNet,
            ["exec", HostProcess.Program, "connect", .. arguments]
        );
}
