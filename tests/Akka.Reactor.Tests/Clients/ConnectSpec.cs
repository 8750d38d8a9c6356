using System;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Layers.Tls;
using Akka.Reactor.Tests.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Clients;

public sealed class ConnectSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "connect", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private Props Recording => Props.Create<RecordingProtocol>(TestActor);

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task A_connection_is_made_and_its_protocol_owns_it(string host)
    {
        Bound bound = await Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<GreetingProtocol>());
        ConnectionMade made = await Sys.Reactor().Connect($"tcp://{host}:{bound.Port}", Recording);
        ExpectMsg<Connected>(Patience);
        Assert.Equal("greeting", Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));
        made.Protocol.Tell(new Write("question"u8.ToArray(), "ack"));
        ExpectMsg("ack", Patience);
        Assert.Equal("question", Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));
        made.Protocol.Tell(new Close());
        Assert.Equal(CloseReason.Requested, ExpectMsg<Closed>(Patience).Reason);
        Watch(made.Protocol);
        FishForMessage(m => m is Terminated, Patience);
    }

    [Fact]
    public async Task TLS_verifies_the_server()
    {
        Bound bound = await Sys.Reactor()
            .Bind(
                "tls://127.0.0.1:0",
                Props.Create<GreetingProtocol>(),
                Sys.Reactor().ListenerDefaults with
                {
                    Tls = new TlsServerOptions(TestCertificates.Server),
                }
            );
        string endPoint = $"tls://127.0.0.1:{bound.Port}";
        ConnectOptions trusting = Sys.Reactor().ConnectDefaults with
        {
            Tls = new TlsClientOptions(TestCertificates.Host) { TrustAnchors = TestCertificates.Anchors },
        };
        await Sys.Reactor().Connect(endPoint, Recording, trusting);
        ExpectMsg<Connected>(Patience);
        Assert.Equal("greeting", Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));

        await Assert.ThrowsAsync<TlsCertificateException>(() => Sys.Reactor().Connect(endPoint, Recording));
        await Assert.ThrowsAsync<TlsCertificateException>(() =>
            Sys.Reactor()
                .Connect(
                    endPoint,
                    Recording,
                    trusting with
                    {
                        Tls = new TlsClientOptions("other.test") { TrustAnchors = TestCertificates.Anchors },
                    }
                )
        );
    }

    [Fact]
    public async Task Each_way_to_fail_has_its_type()
    {
        ReactorExtension reactor = Sys.Reactor();
        int closedPort = ClosedPort();
        ConnectRefusedException refused = await Assert.ThrowsAsync<ConnectRefusedException>(() =>
            reactor.Connect($"tcp://127.0.0.1:{closedPort}", Recording)
        );
        Assert.Equal((111, closedPort), (refused.Errno, ((IPEndPoint)refused.Address).Port));
        Assert.Equal(
            "no.such.name.invalid",
            (
                await Assert.ThrowsAsync<DnsException>(() =>
                    reactor.Connect("tcp://no.such.name.invalid:25", Recording)
                )
            ).Host
        );
        await Assert.ThrowsAsync<ReactorConfigurationException>(() => reactor.Connect("127.0.0.1:25", Recording));
        await Assert.ThrowsAsync<ReactorConfigurationException>(() => reactor.Connect("tcp://127.0.0.1:0", Recording));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_a_connect_timeout()
    {
        // A listening socket whose backlog is full drops what comes: the client hangs in SYN.
        using Socket full = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        IPEndPoint endPoint = (IPEndPoint)full.LocalEndPoint!;
        using Socket first = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(endPoint);
        using Socket second = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        Assert.ThrowsAny<SocketException>(() => second.Connect(endPoint));

        ConnectOptions impatient = Sys.Reactor().ConnectDefaults with
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(300),
        };
        await Assert.ThrowsAsync<ConnectTimeoutException>(() =>
            Sys.Reactor().Connect($"tcp://{endPoint}", Recording, impatient)
        );
    }

    [Fact]
    public async Task A_stack_of_layers_has_the_time_of_them_all()
    {
        Bound bound = await Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<GreetingProtocol>());
        ConnectOptions slow = Sys.Reactor().ConnectDefaults with
        {
            DnsTimeout = TimeSpan.FromMilliseconds(100),
            ConnectTimeout = TimeSpan.FromMilliseconds(100),
            HandshakeTimeout = TimeSpan.FromMilliseconds(100),
            Layers =
            [
                new Layer("slow", lower => Props.Create(() => new SlowLayer(lower))),
                new Layer("slower", lower => Props.Create(() => new SlowLayer(lower))),
            ],
        };
        await Sys.Reactor().Connect($"tcp://127.0.0.1:{bound.Port}", Recording, slow);
        ExpectMsg<Connected>(Patience);
    }

    private static int ClosedPort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private sealed class GreetingProtocol : ProtocolActor
    {
        protected override void OnConnected() => Write("greeting"u8);

        protected override long OnReceived(System.Buffers.ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }
    }

    /// <summary>Needs its time, as a chain of proxies may.</summary>
    private sealed class SlowLayer(IActorRef lower) : LayerActor(lower)
    {
        private ConnectionTimer? _timer;

        protected override void OnLowerConnected()
        {
            _timer = CreateTimer("done");
            _timer.Start(TimeSpan.FromSeconds(3));
        }

        protected override void OnMessage(object message) => Established();

        protected override void PostStop() => _timer?.Stop();
    }
}
