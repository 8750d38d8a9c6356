using System;
using System.Diagnostics;
using System.Net.Security;
using System.Threading.Tasks;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

/// <summary>
/// Each costs its own connection, is gone when the limit says so with a typed reason in the log, and another connection
/// that was there before goes on.
/// </summary>
public sealed class BadPeersSpec : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Handshake = TimeSpan.FromSeconds(1);

    private readonly MailFixture _mail = new();
    private HostProcess _tls = null!;
    private RawClient _bystander = null!;
    private RawClient _tlsSocket = null!;
    private SslStream _tlsBystander = null!;

    public async Task InitializeAsync()
    {
        await _mail.InitializeAsync();
        _tls = await HostProcess.Start(
            "echo",
            "--listen",
            "127.0.0.1:0",
            "--tls",
            _mail.Folder.Certificate,
            _mail.Folder.Key,
            "--handshake-timeout",
            "1s",
            "--selectors",
            "1"
        );
        _bystander = await _mail.Connect();
        _tlsSocket = await RawClient.Connect(_tls.EndPoint("echo"));
        _tlsBystander = new SslStream(
            _tlsSocket.Stream(),
            leaveInnerStreamOpen: true,
            (_, certificate, _, _) => RawClient.Trusts(_mail.Folder.Certificate, certificate)
        );
        await _tlsBystander.AuthenticateAsClientAsync("localhost").WaitAsync(Deadline);
    }

    public async Task DisposeAsync()
    {
        _bystander.Dispose();
        await _tlsBystander.DisposeAsync();
        _tlsSocket.Dispose();
        await _tls.DisposeAsync();
        await _mail.DisposeAsync();
    }

    [Fact]
    public async Task A_ClientHello_to_the_SMTP_port()
    {
        using RawClient client = await _mail.Connect();
        await using SslStream tls = new(client.Stream(), leaveInnerStreamOpen: true, (_, _, _, _) => true);
        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync("localhost").WaitAsync(Deadline));
        await _mail.Host.WaitForLine(client.Name, "session ended: UnexpectedTls");
        client.Dispose();
        await AssertGone(_mail.Host, client.Name);
    }

    [Theory]
    [InlineData("EHLO client.test\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    public async Task Plaintext_to_the_TLS_port(string text)
    {
        using RawClient client = await RawClient.Connect(_tls.EndPoint("echo"));
        await client.SendToDeaf(System.Text.Encoding.ASCII.GetBytes(text));
        Assert.DoesNotContain(text, await client.ReadToEnd(), StringComparison.Ordinal);
        await _tls.WaitForLine(client.Name, "closed (ProtocolViolation");
        client.Dispose();
        await AssertGone(_tls, client.Name);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Garbage_of_64_KiB(int seed)
    {
        byte[] garbage = new byte[64 * 1024];
        new Random(seed).NextBytes(garbage);

        using RawClient toSmtp = await _mail.Connect();
        await toSmtp.SendToDeaf(garbage);
        Assert.Contains("421 4.7.0", await toSmtp.ReadToEnd(), StringComparison.Ordinal);
        await _mail.Host.WaitForLine(toSmtp.Name, "session ended:");
        toSmtp.Dispose();
        await AssertGone(_mail.Host, toSmtp.Name);

        using RawClient toTls = await RawClient.Connect(_tls.EndPoint("echo"));
        await toTls.SendToDeaf(garbage);
        await toTls.ReadToEnd();
        await _tls.WaitForLine(toTls.Name, "closed (ProtocolViolation");
        toTls.Dispose();
        await AssertGone(_tls, toTls.Name);
    }

    [Fact]
    public async Task A_line_of_1_MiB()
    {
        byte[] line = new byte[1024 * 1024];
        Array.Fill(line, (byte)'x');
        using RawClient client = await _mail.Connect();
        await client.SendToDeaf(line);
        string replies = await client.ReadToEnd();
        Assert.Contains("421 4.7.0", replies, StringComparison.Ordinal);
        await _mail.Host.WaitForLine(client.Name, "session ended: EndlessLine");
        client.Dispose();
        await AssertGone(_mail.Host, client.Name);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(40)]
    public async Task A_peer_that_stalls_in_the_handshake(int sent)
    {
        // The beginning of a record that announces 512 bytes of handshake.
        byte[] hello = new byte[517];
        new byte[] { 22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3 }.CopyTo(hello, 0);

        // Timed from before the host can have begun to wait: on a busy machine this test reads late.
        long start = Stopwatch.GetTimestamp();
        using RawClient direct = await RawClient.Connect(_tls.EndPoint("echo"));
        await direct.Send(hello.AsMemory(0, sent));
        await direct.ReadToEnd();
        Assert.InRange(Stopwatch.GetElapsedTime(start), 0.9 * Handshake, 5 * Handshake);
        await _tls.WaitForLine(direct.Name, "closed (TimedOut");

        using RawClient upgraded = await _mail.Connect();
        start = Stopwatch.GetTimestamp();
        await upgraded.Send("EHLO t\r\nSTARTTLS\r\n");
        await upgraded.ReadUntil("220 2.0.0 Ready to start TLS\r\n");
        await upgraded.Send(hello.AsMemory(0, sent));
        await upgraded.ReadToEnd();
        Assert.InRange(Stopwatch.GetElapsedTime(start), 0.9 * Handshake, 5 * Handshake);
        await _mail.Host.WaitForLine(upgraded.Name, "closed (TimedOut");
        direct.Dispose();
        upgraded.Dispose();
        await AssertGone(_tls, direct.Name);
        await AssertGone(_mail.Host, upgraded.Name);
    }

    [Fact]
    public async Task A_peer_that_says_nothing_is_gone_after_the_idle_timeout()
    {
        await using HostProcess host = await HostProcess.Start(
            "smtp",
            "--listen",
            "127.0.0.1:0",
            "--maildir",
            _mail.Folder.Maildir,
            "--idle-timeout",
            "1s"
        );
        using RawClient client = await RawClient.Connect(host.EndPoint("smtp"));
        await client.ReadReply();
        await client.ReadToEnd();
        await host.WaitForLine(client.Name, "closed", "TimedOut");
    }

    private async Task AssertGone(HostProcess host, string name)
    {
        await host.WaitForLine($": {name} closed");
        await _bystander.Send("NOOP\r\n");
        Assert.Equal("250 2.0.0 Ok\r\n", await _bystander.ReadReply());
        await _tlsBystander.WriteAsync("still here"u8.ToArray()).AsTask().WaitAsync(Deadline);
        byte[] echo = new byte["still here".Length];
        await _tlsBystander.ReadExactlyAsync(echo).AsTask().WaitAsync(Deadline);
        Assert.Equal("still here"u8.ToArray(), echo);
    }
}
