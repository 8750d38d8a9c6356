using System;
using System.Buffers;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Layers;
using Akka.Reactor.Tests.Layers.Tls;
using Akka.Reactor.Tests.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Transports;

/// <summary>Several changes of owner in a row, and what is owed at that moment: bytes, credit, suspended reading.</summary>
public sealed class OwnerChangeSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "owners", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    [Theory]
    [InlineData("")]
    [InlineData("akka.actor.default-dispatcher")]
    public async Task A_successor_that_starts_TLS_at_once_is_not_offered_what_was_sent_ahead(string dispatcher)
    {
        Props successor = Props.Create<TlsAtOnce>(TestActor);
        successor = dispatcher.Length == 0 ? successor : successor.WithDispatcher(dispatcher);
        Bound bound = await Bind(Props.Create(() => new SwapOnLine(successor, false)), ConnectionOptions.Default);
        using Peer peer = await Peer.ConnectTo(bound);
        await peer.Send("SWAP\r\nINJECTED\r\n");
        Closed closed = ExpectMsg<Closed>(Patience);
        Assert.Equal(CloseReason.ProtocolViolation, closed.Reason);
    }

    [Fact]
    public async Task A_successor_that_starts_TLS_at_once_speaks_TLS()
    {
        Props successor = Props.Create<TlsAtOnce>(TestActor);
        Bound bound = await Bind(Props.Create(() => new SwapOnLine(successor, false)), ConnectionOptions.Default);
        using Peer peer = await Peer.ConnectTo(bound);
        await peer.Send("SWAP\r\n");
        await peer.StartTls();
        await peer.Send("secret");
        Assert.Equal("secret", ExpectMsg<string>(Patience));
    }

    [Fact]
    public async Task A_successor_reads_although_its_predecessor_had_suspended_reading()
    {
        Props successor = Props.Create<RecordingProtocol>(TestActor);
        Bound bound = await Bind(Props.Create(() => new SwapOnLine(successor, true)), ConnectionOptions.Default);
        using Peer peer = await Peer.ConnectTo(bound);
        await peer.Send("SWAP\r\n");
        ExpectMsg<Connected>(Patience);
        await peer.Send("for the successor");
        Assert.Equal("for the successor", Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));
    }

    [Fact]
    public async Task Credit_of_what_was_consumed_in_the_step_of_a_swap_is_not_lost()
    {
        Bound bound = await Bind(
            Props.Create(() => new SwapChain(500, TestActor)),
            new ConnectionOptions { MaxUnread = 1024 }
        );
        using Peer peer = await Peer.ConnectTo(bound);
        for (int i = 0; i < 20; i++)
        {
            await peer.Send(new byte[500]);
            ExpectMsg(500L, Patience);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("tls")]
    public async Task A_frame_up_to_read_ahead_arrives_whole_behind_another_one(string tls)
    {
        Bound bound = await Bind(
            Props.Create(() => new Frames(TestActor)),
            new ConnectionOptions { MaxUnread = 64 * 1024 },
            tls.Length == 0 ? "tcp" : "tls"
        );
        using Peer peer = await Peer.ConnectTo(bound);
        if (tls.Length > 0)
        {
            await peer.StartTls();
        }

        foreach (int size in (int[])[31_000, 50_000, 20_000, 60_000])
        {
            byte[] frame = new byte[4 + size];
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame, size);
            await peer.Send(frame);
            ExpectMsg(size, Patience);
        }
    }

    [Fact]
    public async Task A_protocol_on_another_dispatcher_keeps_the_order_when_it_puts_a_layer_in()
    {
        TestKit.TestLatch[] steps = [CreateTestLatch(1), CreateTestLatch(1)];
        Bound bound = await Bind(
            Props.Create(() => new SlowWrapper(TestActor, steps)).WithDispatcher("akka.actor.default-dispatcher"),
            ConnectionOptions.Default
        );
        using Peer peer = await Peer.ConnectTo(bound);
        await peer.Send("go");
        ExpectMsg("go", Patience);
        await SendAndAwaitArrival(peer, bound, "1");
        steps[0].CountDown();
        ExpectMsg("wrapped", Patience);
        await SendAndAwaitArrival(peer, bound, "2");
        steps[1].CountDown();
        string all = "";
        while (all.Length < 2)
        {
            all += ExpectMsg<string>(Patience);
        }

        Assert.Equal("12", all);
    }

    [Fact]
    public async Task The_end_of_the_peer_waits_behind_what_it_sent_while_reading_is_suspended()
    {
        TestKit.TestLatch arrived = CreateTestLatch(1);
        Bound bound = await Bind(
            Props.Create(() => new SuspendAtFirst(TestActor, arrived)).WithDispatcher("akka.actor.default-dispatcher"),
            ConnectionOptions.Default
        );
        using Peer peer = await Peer.ConnectTo(bound);
        await peer.Send("1");
        ExpectMsg('1', Patience);
        IActorRef protocol = LastSender;
        await peer.Send("2");
        peer.Finish();
        for (int i = 0; i < 2; i++)
        {
            using Peer other = await Peer.ConnectTo(bound);
            await other.Send("o");
            ExpectMsg('o', Patience);
        }

        arrived.CountDown();
        ExpectMsg("suspended", Patience);
        protocol.Tell("resume");
        ExpectMsg('2', Patience);
        Assert.Equal("", await peer.ReceiveToEnd());
    }

    // What one connection's loop has read when a later connection of the same loop is served.
    private async Task SendAndAwaitArrival(Peer peer, Bound bound, string text)
    {
        await peer.Send(text);
        for (int i = 0; i < 2; i++)
        {
            using Peer other = await Peer.ConnectTo(bound);
            await other.Send("other");
            ExpectMsg("other", Patience);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_successor_to_a_connection_that_is_over_hears_why(bool layered)
    {
        TestKit.TestLatch over = CreateTestLatch(1);
        Props protocol = Props.Create(() => new LateSwap(TestActor, over, layered));
        Bound bound = await Bind(protocol.WithDispatcher("akka.actor.default-dispatcher"), ConnectionOptions.Default);
        using Peer peer = await Peer.ConnectTo(bound);
        await peer.Send("go");
        Connected connected = ExpectMsg<Connected>(Patience);
        Watch(connected.Transport);
        peer.Reset();
        ExpectTerminated(connected.Transport, Patience);
        over.CountDown();
        ExpectMsg<Connected>(Patience);
        Assert.Equal(CloseReason.Reset, ExpectMsg<Closed>(Patience).Reason);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
    }

    private Task<Bound> Bind(Props props, ConnectionOptions options, string scheme = "tcp") =>
        Sys.Reactor()
            .Bind(
                $"{scheme}://127.0.0.1:0",
                props,
                Sys.Reactor().ListenerDefaults with
                {
                    Connection = options,
                    Tls = new TlsServerOptions(TestCertificates.Server),
                }
            );

    /// <summary>Hands over to a successor when it has a line, suspended or not.</summary>
    private sealed class SwapOnLine(Props successor, bool suspended) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            if (data.PositionOf((byte)'\n') is not { } end)
            {
                return 0;
            }

            if (suspended)
            {
                SuspendReading();
            }

            SwapProtocol(successor);
            return data.Slice(0, end).Length + 1;
        }
    }

    /// <summary>At "go" it puts a layer in; it is held up before that and after it.</summary>
    private sealed class SlowWrapper(IActorRef probe, TestKit.TestLatch[] steps) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            string text = Encoding.Latin1.GetString(data);
            probe.Tell(text);
            if (text == "go")
            {
                steps[0].Ready(Patience);
                StartLayer(PassThroughLayer.Layer with { Unread = UnreadPolicy.Forward });
                probe.Tell("wrapped");
                steps[1].Ready(Patience);
            }

            return data.Length;
        }
    }

    /// <summary>Consumes byte by byte; at "1" it waits, and suspends reading until it is told to resume.</summary>
    private sealed class SuspendAtFirst(IActorRef probe, TestKit.TestLatch latch) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            char next = (char)data.FirstSpan[0];
            probe.Tell(next);
            if (next == '1')
            {
                latch.Ready(Patience);
                SuspendReading();
                Self.Tell("suspended");
            }

            return 1;
        }

        protected override void OnMessage(object message)
        {
            if (message is "resume")
            {
                ResumeReading();
            }
            else
            {
                probe.Tell(message);
            }
        }
    }

    private sealed class TlsAtOnce(IActorRef probe) : ProtocolActor
    {
        protected override void OnConnected() => StartTls();

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            probe.Tell(Encoding.Latin1.GetString(data));
            return data.Length;
        }

        protected override void OnClosed(Closed closed) => probe.Tell(closed);
    }

    /// <summary>Consumes so many bytes and hands over to another of its kind in the same step.</summary>
    private sealed class SwapChain(int bytes, IActorRef probe) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            if (data.Length < bytes)
            {
                return 0;
            }

            probe.Tell((long)bytes);
            SwapProtocol(Props.Create(() => new SwapChain(bytes, probe)));
            return bytes;
        }
    }

    /// <summary>Frames with a length of four bytes before them, consumed whole.</summary>
    private sealed class Frames(IActorRef probe) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            if (data.Length < 4)
            {
                return 0;
            }

            Span<byte> head = stackalloc byte[4];
            data.Slice(0, 4).CopyTo(head);
            int size = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(head);
            if (data.Length < 4 + size)
            {
                return 0;
            }

            probe.Tell(size);
            return 4 + size;
        }
    }

    /// <summary>Gives its connection on when it is told that it is over and has not heard of it.</summary>
    private sealed class LateSwap(IActorRef probe, TestKit.TestLatch over, bool layered) : ProtocolActor
    {
        private Connected? _bare;

        protected override void OnConnected()
        {
            _bare = Connection;
            if (layered)
            {
                StartLayer(PassThroughLayer.Layer with { Unread = UnreadPolicy.Forward });
            }
        }

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            probe.Tell(_bare!);
            over.Ready(Patience);
            SwapProtocol(Props.Create<RecordingProtocol>(probe));
            return data.Length;
        }
    }
}
