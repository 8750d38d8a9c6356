using System;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Layers.Tls;
using Akka.Reactor.Tests.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Layers.Proxies;

/// <summary>Proxies below, above and between other layers.</summary>
public sealed class ProxyStackSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "proxy-stacks", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly X509Certificate2 Certificate = TestCertificates.Issue(TestCertificates.Host);

    private static readonly Layer TlsLayer = Akka.Reactor.Tls.ClientLayer(
        new TlsClientOptions(TestCertificates.Host) { TrustAnchors = TestCertificates.Anchors }
    );

    private readonly ScriptedProxy _proxy = new();

    protected override void AfterAll()
    {
        _proxy.Dispose();
        base.AfterAll();
    }

    [Theory]
    [InlineData("socks")]
    [InlineData("http")]
    [InlineData("tls socks")]
    [InlineData("tls http")]
    [InlineData("socks tls")]
    [InlineData("http tls")]
    [InlineData("tls socks tls")]
    [InlineData("tls http tls")]
    [InlineData("socks http socks")]
    [InlineData("proxy tls socks tls")]
    [InlineData("tls proxy")]
    public async Task A_protocol_speaks_through_every_stack(string stack)
    {
        string[] names = stack.Split(' ');
        Task<ConnectionMade> connecting = Connect(Array.ConvertAll(names, ToLayer));
        using Peer peer = await _proxy.Accept();
        foreach (string name in names)
        {
            await Serve(peer, name);
        }

        ConnectionMade made = await connecting.WaitAsync(Patience);
        Connected connected = (Connected)FishForMessage(message => message is Connected, Patience);

        // TLS with a proxy is not TLS with what lies behind it.
        bool secured =
            stack.LastIndexOf("tls", StringComparison.Ordinal) > stack.LastIndexOf("socks", StringComparison.Ordinal)
            && stack.LastIndexOf("tls", StringComparison.Ordinal) > stack.LastIndexOf("http", StringComparison.Ordinal);
        Assert.Equal(secured, connected.Tls is not null);
        Assert.Equal(secured, made.Connection.Tls is not null);
        made.Protocol.Tell(new Write("question\r\n"u8.ToArray(), "sent"));
        Assert.Equal("question", await peer.ReceiveLine());
        ExpectMsg("sent", Patience);
        byte[] answer = new byte[300_000];
        new Random(1).NextBytes(answer);
        Task sending = peer.Send(answer);
        for (int at = 0; at < answer.Length; )
        {
            byte[] part = System.Buffers.BuffersExtensions.ToArray(ExpectMsg<Received>(Patience).Data);
            Assert.True(part.AsSpan().SequenceEqual(answer.AsSpan(at, part.Length)), $"{part.Length} bytes at {at}");
            at += part.Length;
        }

        await sending;
        made.Protocol.Tell(new Write("bye"u8.ToArray(), "bye sent"));
        made.Protocol.Tell(new Close());
        Assert.Equal("bye", await peer.ReceiveToEnd());
        ExpectMsg("bye sent", Patience);
        peer.Dispose();
        Assert.Contains(ExpectMsg<Closed>(Patience).Reason, (CloseReason[])[CloseReason.Requested, CloseReason.Reset]);
    }

    [Fact]
    public async Task A_proxy_that_cuts_off_its_TLS_in_the_middle_broke_off()
    {
        Task<ConnectionMade> connecting = Connect(TlsLayer, ToLayer("socks"));
        using Peer peer = await _proxy.Accept();
        await peer.StartTlsAsServer(Certificate);
        await ScriptedProxy.TakeSocks5(peer);
        await peer.Send(ScriptedProxy.Granted.AsMemory(0, 4));
        peer.Finish();
        ProxyException ended = await Assert.ThrowsAsync<ProxyException>(() => connecting.WaitAsync(Patience));
        Assert.Equal(6, ended.BytesReceived);
        Assert.IsType<TruncatedException>(ended.InnerException);
    }

    [Fact]
    public async Task A_failure_below_a_proxy_keeps_its_own_type()
    {
        TlsClientOptions other = new("other.test") { TrustAnchors = TestCertificates.Anchors };
        Task<ConnectionMade> connecting = Connect(Akka.Reactor.Tls.ClientLayer(other), ToLayer("socks"));
        using Peer peer = await _proxy.Accept();
        Task serving = peer.StartTlsAsServer(Certificate);
        await Assert.ThrowsAsync<TlsCertificateException>(() => connecting.WaitAsync(Patience));
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await serving;
            await peer.ReceiveExactly(1);
        });
    }

    [Theory]
    [InlineData(ProxyProtocolVersion.V1)]
    [InlineData(ProxyProtocolVersion.V2)]
    public async Task A_PROXY_header_tells_the_connection_s_own_ends_by_default(ProxyProtocolVersion version)
    {
        await Connect(ProxyProtocol.SenderLayer(new ProxyProtocolOptions(version))).WaitAsync(Patience);
        using Peer peer = await _proxy.Accept();
        IPEndPoint source = (IPEndPoint)peer.Socket.RemoteEndPoint!;
        IPEndPoint destination = (IPEndPoint)peer.Socket.LocalEndPoint!;
        if (version == ProxyProtocolVersion.V1)
        {
            Assert.Equal($"PROXY TCP4 127.0.0.1 127.0.0.1 {source.Port} {destination.Port}", await peer.ReceiveLine());
        }
        else
        {
            await ScriptedProxy.Expect(
                peer,
                Dialogue.Hex(
                    $"0D0A0D0A000D0A515549540A 21 11 000C 7F000001 7F000001 {source.Port:X4} {destination.Port:X4}"
                )
            );
        }
    }

    [Fact]
    public async Task A_PROXY_header_tells_whom_it_is_given()
    {
        ProxyAddresses client = new(IPEndPoint.Parse("192.0.2.1:4000"), IPEndPoint.Parse("192.0.2.2:25"));
        ProxyProtocolOptions options = new(ProxyProtocolVersion.V1) { Addresses = _ => client };
        await Connect(ProxyProtocol.SenderLayer(options)).WaitAsync(Patience);
        using Peer peer = await _proxy.Accept();
        Assert.Equal("PROXY TCP4 192.0.2.1 192.0.2.2 4000 25", await peer.ReceiveLine());
    }

    [Fact]
    public async Task A_PROXY_header_that_cannot_be_made_ends_the_connection()
    {
        ProxyProtocolOptions options = new() { Addresses = _ => throw new InvalidOperationException("on request") };
        await EventFilter
            .Exception<InvalidOperationException>(contains: "the layer crashed")
            .ExpectOneAsync(async () =>
                await Assert.ThrowsAsync<LayerCrashedException>(() =>
                    Connect(ProxyProtocol.SenderLayer(options)).WaitAsync(Patience)
                )
            );
    }

    private static Layer ToLayer(string name) =>
        name switch
        {
            "tls" => TlsLayer,
            "socks" => ScriptedProxy.LayerOf(ScriptedProxy.Socks5),
            "http" => ScriptedProxy.LayerOf(ScriptedProxy.Http),
            _ => ProxyProtocol.SenderLayer(new ProxyProtocolOptions(ProxyProtocolVersion.V1) { Addresses = _ => null }),
        };

    private static async Task Serve(Peer peer, string name)
    {
        switch (name)
        {
            case "tls":
                await peer.StartTlsAsServer(Certificate);
                break;
            case "socks":
                await ScriptedProxy.TakeSocks5(peer);
                await peer.Send(ScriptedProxy.Granted);
                break;
            case "http":
                await ScriptedProxy.TakeHttp(peer);
                await peer.Send(ScriptedProxy.Established);
                break;
            default:
                await ScriptedProxy.Expect(peer, Encoding.ASCII.GetBytes("PROXY UNKNOWN\r\n"));
                break;
        }
    }

    private Task<ConnectionMade> Connect(params Layer[] layers) =>
        Sys.Reactor()
            .Connect(
                $"tcp://{_proxy.EndPoint}",
                Props.Create<RecordingProtocol>(TestActor),
                Sys.Reactor().ConnectDefaults with
                {
                    Layers = layers,
                }
            );
}
