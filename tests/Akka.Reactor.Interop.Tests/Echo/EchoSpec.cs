using System;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

public sealed class EchoSpec : IDisposable
{
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_connections_at_once_get_back_what_they_send(bool tls) =>
        await ExchangeAll(tls, Engines.AtMost(Soak.Scale(100, 1000)), Soak.Scale(256 * KiB, MiB));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Long_exchanges_with_peers_that_read_little_at_a_time_lose_nothing(bool tls) =>
        await ExchangeAll(tls, Soak.Scale(3, 10), Soak.Scale(16 * MiB, 64 * MiB));

    [PeerFact("python3")]
    public async Task Connections_of_asyncio_over_TLS_get_back_what_they_send()
    {
        await using HostProcess host = await Start(tls: true);
        PeerResult result = await PeerProcess.Run(
            "python3",
            PeerProcess.Script("echo_tls.py"),
            host.Port("echo"),
            _folder.Certificate,
            Soak.Scale(20, 100).ToString(CultureInfo.InvariantCulture),
            (256 * KiB).ToString(CultureInfo.InvariantCulture)
        );
        result.AssertSucceeded();
    }

    [PeerFact("openssl")]
    public async Task Openssl_s_client_gets_back_what_it_sends()
    {
        await using HostProcess host = await Start(tls: true);
        byte[] sent = RandomNumberGenerator.GetBytes(MiB);
        PeerResult result = await PeerProcess.RunWith(
            sent,
            "timeout",
            "-s",
            "INT",
            "60",
            "sh",
            "-c",
            $"(cat; sleep 2) | openssl s_client -connect 127.0.0.1:{host.Port("echo")} -CAfile '{_folder.Certificate}'"
                + " -verify_return_error -verify_hostname localhost -no_ign_eof -nocommands 2>/dev/null"
        );
        Assert.True(result.OutputBytes.AsSpan().IndexOf(sent) >= 0, "what came back is not what was sent");
    }

    [Fact]
    public async Task Discard_takes_everything_and_answers_nothing()
    {
        await using HostProcess host = await HostProcess.Start("discard", "--listen", "127.0.0.1:0");
        using RawClient client = await RawClient.Connect(host.EndPoint("discard"));
        await client.Send(new byte[MiB]);
        client.FinishSending();
        Assert.Equal("", await client.ReadToEnd());
    }

    private async Task ExchangeAll(bool tls, int connections, long bytes)
    {
        await using HostProcess host = await Start(tls);
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(9));
        bool[] equal = await Task.WhenAll(
            Enumerable
                .Range(0, connections)
                .Select(seed =>
                    EchoClient.Exchange(
                        host.EndPoint("echo"),
                        tls ? _folder.Certificate : null,
                        seed,
                        bytes,
                        deadline.Token
                    )
                )
        );
        Assert.All(equal, Assert.True);
    }

    private Task<HostProcess> Start(bool tls) =>
        tls
            ? HostProcess.Start("echo", "--listen", "127.0.0.1:0", "--tls", _folder.Certificate, _folder.Key)
            : HostProcess.Start("echo", "--listen", "127.0.0.1:0");
}
