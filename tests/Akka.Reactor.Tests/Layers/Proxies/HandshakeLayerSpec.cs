using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Layers.Tls;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Layers.Proxies;

/// <summary>
/// A protocol that puts a proxy's layer under itself, and does not wait for it: nothing that it writes may get into the
/// dialogue, and nothing may be lost without an answer.
/// </summary>
public sealed class HandshakeLayerSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "opening-layers", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly X509Certificate2 Certificate = TestCertificates.Issue(TestCertificates.Host);
    private static readonly Layer Socks5Layer = ScriptedProxy.LayerOf(ScriptedProxy.Socks5);
    private static readonly Write Early = new("early"u8.ToArray(), "early");

    private readonly ScriptedProxy _proxy = new();

    protected override void AfterAll()
    {
        _proxy.Dispose();
        base.AfterAll();
    }

    [Fact]
    public async Task What_is_written_early_leaves_when_the_way_is_open()
    {
        (IActorRef protocol, Peer peer) = await Connect();
        using Peer proxy = peer;
        protocol.Tell(new object[] { new Write("before\n"u8.ToArray()), Socks5Layer, Early });
        Assert.Equal("before", await proxy.ReceiveLine());
        await ScriptedProxy.TakeSocks5(proxy);
        await proxy.Send((byte[])[.. ScriptedProxy.Granted, .. "hello"u8]);
        await ScriptedProxy.Expect(proxy, "early"u8.ToArray());
        object[] told = [ExpectMsg<object>(Patience), ExpectMsg<object>(Patience)];
        Assert.Contains("early", told);
        Assert.Equal("hello", Encoding.ASCII.GetString(Assert.Single(told.OfType<Received>()).Data));
    }

    [Fact]
    public async Task A_producer_is_asked_when_the_way_is_open()
    {
        (IActorRef protocol, Peer peer) = await Connect();
        using Peer proxy = peer;
        protocol.Tell(new object[] { Socks5Layer, new WriteFrom(Pieces(), "pieces"), Early, new Close() });
        await ScriptedProxy.TakeSocks5(proxy);
        await proxy.Send(ScriptedProxy.Granted);
        Assert.Equal("one two early", await proxy.ReceiveToEnd());
        ExpectMsg("pieces", Patience);
        ExpectMsg("early", Patience);
        proxy.Finish();
        Assert.Equal(CloseReason.Requested, ExpectMsg<Closed>(Patience).Reason);
    }

    [Fact]
    public async Task An_early_close_waits_for_what_was_written_before_it()
    {
        (IActorRef protocol, Peer peer) = await Connect();
        using Peer proxy = peer;
        Write late = new("late"u8.ToArray(), "late");
        protocol.Tell(new object[] { Socks5Layer, Early, new CloseWrite(), new Close(), late });
        Assert.Same(late, ExpectMsg<WriteFailed>(Patience).Write);
        await ScriptedProxy.TakeSocks5(proxy);
        await proxy.Send(ScriptedProxy.Granted);
        Assert.Equal("early", await proxy.ReceiveToEnd());
        ExpectMsg("early", Patience);
        proxy.Finish();
        Assert.Equal(CloseReason.Requested, ExpectMsg<Closed>(Patience).Reason);
    }

    [Fact]
    public async Task A_close_that_has_nothing_to_wait_for_ends_the_dialogue()
    {
        (IActorRef protocol, Peer peer) = await Connect();
        using Peer proxy = peer;
        protocol.Tell(new object[] { Socks5Layer });
        await ScriptedProxy.TakeSocks5(proxy);
        protocol.Tell(new object[] { new Close(), Early });
        Assert.Equal("", await proxy.ReceiveToEnd());
        Assert.IsType<TransportClosedException>(ExpectMsg<WriteFailed>(Patience).Cause);

        // Its answer comes too late to be one.
        await proxy.Send(Dialogue.Hex("05050001 00000000 0000"));
        proxy.Finish();
        Closed closed = ExpectMsg<Closed>(Patience);
        Assert.Equal((CloseReason.Requested, null), (closed.Reason, closed.Cause));
    }

    [Fact]
    public async Task A_dialogue_that_was_given_up_has_no_timeout()
    {
        TimeSpan soon = TimeSpan.FromMilliseconds(100);
        (IActorRef protocol, Peer peer) = await Connect(new ConnectionOptions { LingerTimeout = 5 * soon });
        using Peer silent = peer;
        Layer impatient = ScriptedProxy.LayerOf(ScriptedProxy.Socks5 with { HandshakeTimeout = soon });
        protocol.Tell(new object[] { impatient, new Close() });
        Assert.Equal(CloseReason.Requested, ExpectMsg<Closed>(Patience).Reason);
    }

    [Fact]
    public async Task A_half_close_comes_behind_the_dialogue()
    {
        (IActorRef protocol, Peer peer) = await Connect();
        using Peer proxy = peer;
        protocol.Tell(new object[] { Socks5Layer, new CloseWrite() });
        await ScriptedProxy.TakeSocks5(proxy);
        await proxy.Send(ScriptedProxy.Granted);
        Assert.Equal("", await proxy.ReceiveToEnd());
        await proxy.Send("all of it");
        Assert.Equal("all of it", Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));
        proxy.Finish();
        Assert.Equal(CloseReason.PeerFinished, ExpectMsg<Closed>(Patience).Reason);
    }

    [Fact]
    public async Task An_abort_does_not_wait()
    {
        (IActorRef protocol, Peer peer) = await Connect();
        using Peer proxy = peer;
        protocol.Tell(new object[] { Socks5Layer, Early, new Abort() });
        Assert.Same(Early, ExpectMsg<WriteFailed>(Patience).Write);
        Assert.Equal(CloseReason.Aborted, ExpectMsg<Closed>(Patience).Reason);
        Assert.DoesNotContain("early", await proxy.ReceiveToEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("05050001", CloseReason.Failed)]
    [InlineData("04", CloseReason.ProtocolViolation)]
    public async Task What_waits_when_the_way_stays_shut_is_answered(string answer, CloseReason reason)
    {
        (IActorRef protocol, Peer peer) = await Connect();
        using Peer proxy = peer;
        protocol.Tell(new object[] { Socks5Layer, Early });
        await ScriptedProxy.TakeSocks5(proxy);
        await proxy.Send(Dialogue.Hex(answer));
        WriteFailed failure = ExpectMsg<WriteFailed>(Patience);
        Assert.Same(Early, failure.Write);
        Closed closed = ExpectMsg<Closed>(Patience);
        Assert.Equal(reason, closed.Reason);
        Assert.Same(closed.Cause, Assert.IsType<TransportClosedException>(failure.Cause).InnerException);
        Assert.Same(Early, Assert.Single(closed.Undelivered));
        Assert.Equal("", await proxy.ReceiveToEnd());
    }

    [Fact]
    public async Task The_ways_to_fail_have_their_reasons()
    {
        Layer impatient = ScriptedProxy.LayerOf(
            ScriptedProxy.Socks5 with
            {
                HandshakeTimeout = TimeSpan.FromMilliseconds(200),
            }
        );
        (IActorRef protocol, Peer silent) = await Connect();
        using Peer _ = silent;
        protocol.Tell(new object[] { impatient });
        Closed closed = ExpectMsg<Closed>(Patience);
        Assert.Equal(CloseReason.TimedOut, closed.Reason);
        Assert.IsType<ProxyTimeoutException>(closed.Cause);

        (protocol, Peer finishing) = await Connect();
        using Peer __ = finishing;
        protocol.Tell(new object[] { Socks5Layer });
        await ScriptedProxy.TakeSocks5(finishing);
        finishing.Finish();
        closed = ExpectMsg<Closed>(Patience);
        Assert.Equal(CloseReason.Failed, closed.Reason);
        Assert.Equal(2, Assert.IsType<ProxyException>(closed.Cause).BytesReceived);

        (protocol, Peer resetting) = await Connect();
        protocol.Tell(new object[] { Socks5Layer });
        await ScriptedProxy.TakeSocks5(resetting);
        resetting.Reset();
        closed = ExpectMsg<Closed>(Patience);
        Assert.Equal(CloseReason.Reset, closed.Reason);
        Assert.IsType<ProxyException>(closed.Cause);
    }

    [Fact]
    public async Task What_was_sent_ahead_of_the_layer_is_no_answer()
    {
        (IActorRef protocol, Peer peer) = await Connect();
        using Peer proxy = peer;
        protocol.Tell("keep what comes");
        await proxy.Send(new byte[] { 5, 0 });
        ExpectMsg("kept", Patience);
        protocol.Tell(new object[] { Socks5Layer });
        Assert.Equal(CloseReason.ProtocolViolation, ExpectMsg<Closed>(Patience).Reason);
    }

    [Fact]
    public async Task What_waits_has_the_transport_s_limit()
    {
        (IActorRef protocol, Peer peer) = await Connect(
            new ConnectionOptions
            {
                LowWater = 1024,
                HighWater = 8 * 1024,
                WriteQueueLimit = 16 * 1024,
            }
        );
        using Peer proxy = peer;
        Write fits = new(new byte[16 * 1024], "fits");
        Write tooMuch = new(new byte[1], "too much");
        Write behind = new(ReadOnlyMemory<byte>.Empty, "behind");
        protocol.Tell(new object[] { Socks5Layer, fits, tooMuch, behind });
        foreach (Write refused in (Write[])[tooMuch, behind])
        {
            WriteFailed failure = ExpectMsg<WriteFailed>(Patience);
            Assert.Same(refused, failure.Write);
            Assert.IsType<WriteRefusedException>(failure.Cause);
        }

        // There is no room before anything can leave.
        await ScriptedProxy.TakeSocks5(proxy);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        await proxy.Send(ScriptedProxy.Granted);
        await proxy.ReceiveExactly(16 * 1024);
        object[] told = [ExpectMsg<object>(Patience), ExpectMsg<object>(Patience)];
        Assert.Contains("fits", told);
        Assert.Contains("writable", told);
        protocol.Tell(new object[] { tooMuch });
        ExpectMsg("too much", Patience);
        Assert.Single(await proxy.ReceiveExactly(1));
    }

    [Fact]
    public async Task A_PROXY_header_goes_ahead_of_what_is_written_early()
    {
        (IActorRef protocol, Peer peer) = await Connect();
        using Peer server = peer;
        Layer unknown = ProxyProtocol.SenderLayer(
            new ProxyProtocolOptions(ProxyProtocolVersion.V1) { Addresses = _ => null }
        );
        protocol.Tell(new object[] { new Write("before "u8.ToArray()), unknown, Early, new Close() });
        Assert.Equal("before PROXY UNKNOWN\r\nearly", await server.ReceiveToEnd());
        ExpectMsg("early", Patience);
        server.Finish();
        Closed closed = ExpectMsg<Closed>(Patience);
        Assert.Equal(CloseReason.Requested, closed.Reason);
        Assert.Empty(closed.Undelivered);
    }

    [Fact]
    public async Task What_a_layer_says_itself_is_not_listed_as_undelivered()
    {
        (IActorRef protocol, Peer peer) = await Connect(
            new ConnectionOptions
            {
                WriteQueueLimit = 32 * 1024 * 1024,
                Socket = new SocketOptions { SendBuffer = 4096 },
            }
        );
        using Peer server = peer;
        Layer unknown = ProxyProtocol.SenderLayer(new ProxyProtocolOptions { Addresses = _ => null });

        // More than the kernel takes for a peer that does not read, so the header has to wait behind it.
        Write before = new(new byte[24 * 1024 * 1024], "before");
        protocol.Tell(new object[] { before, unknown, Early, new Abort() });
        Write[] failed = [(Write)ExpectMsg<WriteFailed>(Patience).Write, (Write)ExpectMsg<WriteFailed>(Patience).Write];
        Assert.Contains(before, failed);
        Assert.Contains(Early, failed);
        Closed closed = ExpectMsg<Closed>(Patience);
        Assert.Equal(CloseReason.Aborted, closed.Reason);
        Assert.Equal([before, Early], closed.Undelivered);
    }

    [Fact]
    public async Task TLS_that_only_leads_to_the_proxy_secures_nothing_above_it()
    {
        TlsClientOptions tls = new(TestCertificates.Host) { TrustAnchors = TestCertificates.Anchors };
        Layer[] layers = [Akka.Reactor.Tls.ClientLayer(tls), Socks5Layer, Akka.Reactor.Tls.ClientLayer(tls)];
        foreach (int count in (int[])[2, 3])
        {
            (IActorRef protocol, Peer peer) = await Connect();
            using Peer proxy = peer;
            protocol.Tell(layers.Take(count).ToArray<object>());
            await proxy.StartTlsAsServer(Certificate);
            await ScriptedProxy.TakeSocks5(proxy);
            await proxy.Send(ScriptedProxy.Granted);
            if (count == 3)
            {
                await proxy.StartTlsAsServer(Certificate);
                ExpectMsg<TlsInfo>(Patience);
            }

            await proxy.Send("hello");
            Assert.Equal("hello", Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));
            protocol.Tell(new object[] { new Abort() });
            ExpectMsg<Closed>(Patience);
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        yield return "one "u8.ToArray();
        yield return "two "u8.ToArray();
    }

    private async Task<(IActorRef Protocol, Peer Proxy)> Connect(ConnectionOptions? options = null)
    {
        Task<ConnectionMade> connecting = Sys.Reactor()
            .Connect(
                $"tcp://{_proxy.EndPoint}",
                Props.Create<HastyProtocol>(TestActor),
                Sys.Reactor().ConnectDefaults with
                {
                    Connection = options ?? ConnectionOptions.Default,
                }
            );
        Peer proxy = await _proxy.Accept();
        return ((await connecting.WaitAsync(Patience)).Protocol, proxy);
    }

    /// <summary>Puts in the layers and carries out the commands it is told, all of a message at once.</summary>
    private sealed class HastyProtocol(IActorRef probe) : ProtocolActor
    {
        private readonly Queue<object> _early = new();
        private bool _keeps;
        private bool _connected;

        // What the test sends may arrive before the connection, which the dialer hands over.
        protected override void OnConnected()
        {
            _connected = true;
            while (_early.TryDequeue(out object? message))
            {
                OnMessage(message);
            }
        }

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            if (_keeps)
            {
                probe.Tell("kept");
                return 0;
            }

            probe.Tell(new Received(data));
            return data.Length;
        }

        protected override void OnSecured(TlsInfo info) => probe.Tell(info);

        protected override void OnPeerFinished() => Close();

        protected override void OnWritable() => probe.Tell("writable");

        protected override void OnWriteFailed(WriteFailed failure) => probe.Tell(failure);

        protected override void OnClosed(Closed closed) => probe.Tell(closed);

        protected override void OnMessage(object message)
        {
            switch (message)
            {
                case var _ when !_connected:
                    _early.Enqueue(message);
                    break;
                case object[] all:
                    Array.ForEach(all, OnMessage);
                    break;
                case Layer layer:
                    StartLayer(layer);
                    break;
                case ITransportCommand command:
                    Transport.Tell(command, Self);
                    break;
                case "keep what comes":
                    _keeps = true;
                    break;
                default:
                    probe.Tell(message);
                    break;
            }
        }
    }
}
