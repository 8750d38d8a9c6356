using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Layers.Proxies;

/// <summary>Connections through a proxy that does what it should, and through those that do not.</summary>
public sealed class ProxyClientLayerSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "proxies", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Impatience = TimeSpan.FromMilliseconds(300);

    private readonly ScriptedProxy _proxy = new();

    public static TheoryData<string> Protocols => ["socks5", "http-connect"];

    protected override void AfterAll()
    {
        _proxy.Dispose();
        base.AfterAll();
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task What_the_target_sends_behind_the_answer_goes_up(string protocol)
    {
        Task<ConnectionMade> connecting = Connect(Layer(protocol));
        using Peer peer = await TakeRequest(protocol);
        await peer.Send((byte[])[.. Success(protocol), .. "220 hello\r\n"u8]);
        ConnectionMade made = await connecting.WaitAsync(Patience);
        ExpectMsg<Connected>(Patience);
        Assert.Equal("220 hello\r\n", Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));
        made.Protocol.Tell(new Write("EHLO me\r\n"u8.ToArray(), "sent"));
        ExpectMsg("sent", Patience);
        Assert.Equal("EHLO me", await peer.ReceiveLine());
        peer.Finish();
        ExpectMsg("peer finished", Patience);
        made.Protocol.Tell(new Close());
        Assert.Equal("", await peer.ReceiveToEnd());
        Assert.Equal(CloseReason.Requested, ExpectMsg<Closed>(Patience).Reason);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task More_than_is_read_ahead_passes_through(string protocol)
    {
        // What the dialogue used up counts as consumed: else so little would be read no more.
        ConnectionOptions little = new() { MaxUnread = 8 };
        Task<ConnectionMade> connecting = Connect(Layer(protocol), little);
        using Peer peer = await TakeRequest(protocol);
        await peer.Send((byte[])[.. Success(protocol), .. Encoding.ASCII.GetBytes(new string('x', 1000))]);
        await connecting.WaitAsync(Patience);
        ExpectMsg<Connected>(Patience);
        StringBuilder all = new();
        while (all.Length < 1000)
        {
            all.Append(Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));
        }

        Assert.Equal(new string('x', 1000), all.ToString());
    }

    [Fact]
    public async Task A_refusal_of_SOCKS5_is_told_with_its_code()
    {
        Task<ConnectionMade> connecting = Connect(Layer("socks5"));
        using Peer peer = await TakeRequest("socks5");
        await peer.Send(Dialogue.Hex("05050001 00000000 0000"));
        ProxyRefusedException refusal = await Failure<ProxyRefusedException>(connecting);
        Assert.Equal((5, "connection refused"), (refusal.Code, refusal.ReplyText));
        Assert.Equal((_proxy.EndPoint.ToString(), ScriptedProxy.Target), (refusal.Proxy, refusal.Target));
        Assert.Equal("", await peer.ReceiveToEnd());
    }

    [Fact]
    public async Task A_refusal_of_HTTP_is_told_with_its_status()
    {
        Task<ConnectionMade> connecting = Connect(Layer("http-connect"));
        using Peer peer = await TakeRequest("http-connect");
        await peer.Send("HTTP/1.1 503 Not today\r\nContent-Length: 2\r\n\r\nno");
        ProxyRefusedException refusal = await Failure<ProxyRefusedException>(connecting);
        Assert.Equal((503, "Not today"), (refusal.Code, refusal.ReplyText));
        Assert.Equal((_proxy.EndPoint.ToString(), ScriptedProxy.Target), (refusal.Proxy, refusal.Target));
        Assert.Equal("", await peer.ReceiveToEnd());
    }

    [Fact]
    public async Task A_wrong_password_for_SOCKS5_is_an_authentication_failure()
    {
        ProxyCredentials alice = new("alice", "s3cret");
        Task<ConnectionMade> connecting = Connect(
            ScriptedProxy.LayerOf(ScriptedProxy.Socks5 with { Credentials = alice })
        );
        using Peer peer = await _proxy.Accept();
        await ScriptedProxy.Expect(peer, Dialogue.Hex("05020002"));
        await peer.Send(new byte[] { 5, 2 });
        await ScriptedProxy.Expect(peer, Dialogue.Hex("01 05 616C696365 06 733363726574"));
        await peer.Send(new byte[] { 1, 1 });
        ProxyAuthenticationException failure = await Failure<ProxyAuthenticationException>(connecting);
        Assert.Equal(1, failure.Code);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_for_HTTP_is_an_authentication_failure()
    {
        ProxyCredentials alice = new("alice", "s3cret");
        Task<ConnectionMade> connecting = Connect(
            ScriptedProxy.LayerOf(ScriptedProxy.Http with { Credentials = alice })
        );
        using Peer peer = await _proxy.Accept();
        await peer.ReceiveLine();
        await peer.ReceiveLine();
        Assert.Equal("Proxy-Authorization: Basic YWxpY2U6czNjcmV0", await peer.ReceiveLine());
        await peer.Send("HTTP/1.1 407 Wrong\r\n\r\n");
        ProxyAuthenticationException failure = await Failure<ProxyAuthenticationException>(connecting);
        Assert.Equal(407, failure.Code);
        Assert.DoesNotContain("s3cret", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_accepts_no_method_is_named_as_one()
    {
        Task<ConnectionMade> connecting = Connect(Layer("socks5"));
        using Peer peer = await _proxy.Accept();
        await peer.Send(new byte[] { 5, 0xFF });
        ProxyAuthenticationException failure = await Failure<ProxyAuthenticationException>(connecting);
        Assert.Equal((0xFF, 2), (failure.Code, failure.BytesReceived));
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_proxy_that_resets_in_the_middle_broke_off(string protocol)
    {
        Task<ConnectionMade> connecting = Connect(Layer(protocol));
        Peer peer = await TakeRequest(protocol);
        byte[] half = Success(protocol)[..3];
        await peer.Send(half);
        peer.Reset();
        ProxyException ended = await Failure<ProxyException>(connecting);
        Assert.IsType<ConnectionResetException>(ended.InnerException);

        // What came just before the reset may be lost with it.
        int before = protocol == "socks5" ? 2 : 0;
        Assert.InRange(ended.BytesReceived, before, before + half.Length);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_proxy_that_ends_in_the_middle_is_told_with_what_had_come(string protocol)
    {
        Task<ConnectionMade> connecting = Connect(Layer(protocol));
        using Peer peer = await TakeRequest(protocol);
        byte[] success = Success(protocol);
        await peer.Send(success.AsMemory(0, success.Length - 1));
        peer.Finish();
        ProxyException ended = await Failure<ProxyException>(connecting);
        Assert.Null(ended.InnerException);
        Assert.Equal((protocol == "socks5" ? 2 : 0) + success.Length - 1, ended.BytesReceived);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task A_proxy_that_falls_silent_in_the_middle_runs_into_the_timeout(string protocol)
    {
        Task<ConnectionMade> connecting = Connect(Layer(protocol, Impatience));
        using Peer peer = await TakeRequest(protocol);
        await peer.Send(Success(protocol).AsMemory(0, 3));
        ProxyTimeoutException failure = await Failure<ProxyTimeoutException>(connecting);
        Assert.Equal(
            (_proxy.EndPoint.ToString(), ScriptedProxy.Target, Impatience),
            (failure.Proxy, failure.Target, failure.Timeout)
        );
        Assert.Equal("", await peer.ReceiveToEnd());
    }

    [Theory]
    [InlineData("socks5", "HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("http-connect", "\u0005\u00ff")]
    public async Task A_proxy_of_another_kind_is_noticed(string protocol, string answer)
    {
        Task<ConnectionMade> connecting = Connect(Layer(protocol));
        using Peer peer = await _proxy.Accept();
        await peer.Send(answer);
        await Failure<ProxyAnswerException>(connecting);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_it()
    {
        Task<ConnectionMade> connecting = Connect(Layer("http-connect"));
        using Peer peer = await TakeRequest("http-connect");
        await peer.Send("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat("X: y\r\n", 4000)));
        await Failure<ProxyAnswerException>(connecting);
    }

    private static Layer Layer(string protocol, TimeSpan? timeout = null) =>
        protocol == "socks5"
            ? ScriptedProxy.LayerOf(ScriptedProxy.Socks5 with { HandshakeTimeout = timeout ?? Patience })
            : ScriptedProxy.LayerOf(ScriptedProxy.Http with { HandshakeTimeout = timeout ?? Patience });

    private static byte[] Success(string protocol) =>
        protocol == "socks5" ? ScriptedProxy.Granted : Encoding.ASCII.GetBytes(ScriptedProxy.Established);

    private async Task<Peer> TakeRequest(string protocol)
    {
        Peer peer = await _proxy.Accept();
        await (protocol == "socks5" ? ScriptedProxy.TakeSocks5(peer) : ScriptedProxy.TakeHttp(peer));
        return peer;
    }

    private Task<ConnectionMade> Connect(Layer layer, ConnectionOptions? connection = null) =>
        Sys.Reactor()
            .Connect(
                $"tcp://{_proxy.EndPoint}",
                Props.Create<RecordingProtocol>(TestActor),
                Sys.Reactor().ConnectDefaults with
                {
                    Layers = [layer],
                    Connection = connection ?? ConnectionOptions.Default,
                }
            );

    private static Task<TFailure> Failure<TFailure>(Task<ConnectionMade> connecting)
        where TFailure : ReactorException => Assert.ThrowsAsync<TFailure>(() => connecting.WaitAsync(Patience));
}
