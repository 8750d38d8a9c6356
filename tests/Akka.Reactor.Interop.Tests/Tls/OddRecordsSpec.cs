using System;
using System.Net.Security;
using System.Security.Authentication;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Interop.Tests.Tls;

/// <summary>
/// Clients that send TLS as few do: what is allowed works, what only keeps the server at work is ended with a type, and another client of
/// the same loop is served meanwhile.
/// </summary>
[Trait("Machine", "quiet")]
public sealed class OddRecordsSpec(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Endless = 100_000;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private HostProcess _host = null!;
    private Bystander _bystander = null!;

    public async Task InitializeAsync()
    {
        string config = _folder.Combine("plain.conf");
        await System.IO.File.WriteAllTextAsync(
            config,
            """
            akka.reactor.selectors = 1
            akka.reactor.listeners.plain {
              bind = "tcp://127.0.0.1:0", protocol = "Akka.Reactor.Protocols.EchoProtocol, Akka.Reactor.Protocols"
            }
            """
        );
        _host = await HostProcess.Start(
            "echo",
            "--listen",
            "127.0.0.1:0",
            "--tls",
            _folder.Certificate,
            _folder.Key,
            "--selectors",
            "1",
            "--config",
            config
        );
        _bystander = new Bystander(_host.EndPoint("plain"));
    }

    public async Task DisposeAsync()
    {
        _bystander.Dispose();
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [PeerFact("gcc")]
    public async Task Two_thousand_changes_of_keys_among_data()
    {
        (await TlsPeerProgram.Run(_host, "updates", 2_000)).AssertSucceeded();
        output.WriteLine(await _bystander.AssertServed());
    }

    [PeerFact("gcc")]
    public async Task Changes_of_keys_without_end()
    {
        PeerResult ended = await TlsPeerProgram.Run(_host, "endless", Endless);
        ended.AssertSucceeded();
        await _host.WaitForLine("closed (ProtocolViolation", "more than 32 TLS records in a row without any data");
        output.WriteLine($"ended after {ended.Output.Trim()}; {await _bystander.AssertServed()}");
    }

    [PeerFact("gcc")]
    public async Task A_mebibyte_in_records_of_one_byte()
    {
        (await TlsPeerProgram.Run(_host, "small", Soak.Scale(64, 1024) * 1024)).AssertSucceeded();
        output.WriteLine(await _bystander.AssertServed());
    }

    [PeerFact("gcc")]
    public async Task A_renegotiation_is_refused()
    {
        (await TlsPeerProgram.Run(_host, "renegotiate", 1)).AssertSucceeded();
        output.WriteLine(await _bystander.AssertServed());
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_handshake_in_records_of_one_byte(SslProtocols version)
    {
        using RawClient client = await RawClient.Connect(_host.EndPoint("echo"));
        await using SmallRecords small = new(client.Stream());
        await using SslStream tls = new(small, leaveInnerStreamOpen: true, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = version }
            )
            .WaitAsync(Deadline);
        Assert.InRange(small.Made, 100, 10_000);
        await tls.WriteAsync("still here"u8.ToArray()).AsTask().WaitAsync(Deadline);
        byte[] echo = new byte[10];
        await tls.ReadExactlyAsync(echo).AsTask().WaitAsync(Deadline);
        Assert.Equal("still here"u8.ToArray(), echo);
        output.WriteLine(await _bystander.AssertServed());
    }
}
