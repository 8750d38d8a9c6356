using System;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Transports;

/// <summary>One connection, seen from its owner and from its peer: writes and their answers, close, timeouts.</summary>
public sealed class ChannelSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "channel", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task An_acknowledgement_follows_the_bytes_and_comes_once()
    {
        (Peer peer, IActorRef protocol, _) = await Connect(ConnectionOptions.Default);
        protocol.Tell(new Write("one"u8.ToArray(), "ack 1"));
        protocol.Tell(new Write("two"u8.ToArray()));
        protocol.Tell(new Write(ReadOnlyMemory<byte>.Empty, "ack of nothing"));
        protocol.Tell(new Write("three"u8.ToArray(), "ack 3"));
        Assert.Equal("onetwothree", Encoding.ASCII.GetString(await peer.ReceiveExactly(11)));
        ExpectMsg("ack 1", Patience);
        ExpectMsg("ack of nothing", Patience);
        ExpectMsg("ack 3", Patience);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
        peer.Dispose();
    }

    [Fact]
    public async Task A_write_over_the_limit_is_refused_whole_and_so_are_all_until_writable()
    {
        ConnectionOptions options = new()
        {
            WriteQueueLimit = 4 * 1024 * 1024,
            HighWater = 2 * 1024 * 1024,
            LowWater = 1024,
        };
        (Peer peer, IActorRef protocol, _) = await Connect(options);
        byte[] large = new byte[3 * 1024 * 1024];
        Random.Shared.NextBytes(large);

        // More than the kernels of both ends hold, so that something stays queued: only a refusal after which nothing moves
        // any more is one for want of room there.
        int accepted = 0;
        WriteFailed? refused = null;
        for (int told = 0; refused is null; told++)
        {
            Assert.True(told < 50, "nothing is ever refused for good");
            protocol.Tell(new Write(large, told));
            bool wasRefused = false;
            while (await ReceiveOneAsync(TimeSpan.FromMilliseconds(300)) is { } message)
            {
                refused = message is "writable" ? null : message as WriteFailed ?? refused;
                wasRefused |= message is WriteFailed;
            }

            accepted += wasRefused ? 0 : 1;
        }

        Assert.IsType<WriteRefusedException>(refused.Cause);
        protocol.Tell(new Write("small"u8.ToArray(), "small"));
        WriteFailed small = (WriteFailed)FishForMessage(m => m is WriteFailed, Patience);
        Assert.Equal("small", small.Write.Ack);

        byte[] received = await peer.ReceiveExactly(accepted * large.Length);
        for (int i = 0; i < accepted; i++)
        {
            Assert.True(received.AsSpan(i * large.Length, large.Length).SequenceEqual(large));
        }

        FishForMessage(m => m is "writable", Patience);
        protocol.Tell(new Write("again"u8.ToArray()));
        Assert.Equal("again", Encoding.ASCII.GetString(await peer.ReceiveExactly(5)));
        peer.Dispose();
    }

    [Fact]
    public async Task Close_delivers_what_was_accepted_even_when_the_owner_stops_at_once()
    {
        ConnectionOptions options = new() { WriteQueueLimit = 64 * 1024 * 1024 };
        (Peer peer, IActorRef protocol, _) = await Connect(options);
        byte[] large = new byte[16 * 1024 * 1024];
        Random.Shared.NextBytes(large);
        protocol.Tell(new Write(large));
        protocol.Tell(new Close());
        protocol.Tell(PoisonPill.Instance);
        Watch(protocol);
        ExpectMsg<Closed>(Patience);
        ExpectTerminated(protocol, Patience);
        byte[] received = await peer.ReceiveExactly(large.Length);
        Assert.True(received.AsSpan().SequenceEqual(large));
        Assert.Empty(await peer.Receive());
        peer.Dispose();
    }

    [Fact]
    public async Task Close_survives_a_peer_that_goes_on_sending()
    {
        (Peer peer, IActorRef protocol, _) = await Connect(ConnectionOptions.Default);
        await peer.Send(new byte[100_000]);
        protocol.Tell(new Write("last answer"u8.ToArray()));
        protocol.Tell(new Close());
        await peer.Send(new byte[100_000]);
        Assert.Equal("last answer", Encoding.ASCII.GetString(await peer.ReceiveExactly(11)));
        Assert.Empty(await peer.Receive());
        peer.Finish();
        Closed closed = (Closed)FishForMessage(m => m is Closed, Patience);
        Assert.Equal(CloseReason.Requested, closed.Reason);
        peer.Dispose();
    }

    [Fact]
    public async Task Lingering_ends_after_its_timeout()
    {
        (Peer peer, IActorRef protocol, _) = await Connect(
            new ConnectionOptions { LingerTimeout = TimeSpan.FromMilliseconds(100) }
        );
        protocol.Tell(new Close());
        Assert.Equal(CloseReason.Requested, ExpectMsg<Closed>(Patience).Reason);
        peer.Dispose();
    }

    [Fact]
    public async Task Each_direction_can_be_finished_on_its_own()
    {
        (Peer peer, IActorRef protocol, _) = await Connect(ConnectionOptions.Default);
        protocol.Tell(new Write("mine"u8.ToArray()));
        protocol.Tell(new CloseWrite());
        Assert.Equal("mine", await peer.ReceiveToEnd());
        await peer.Send("yours");
        Assert.Equal("yours", Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));
        protocol.Tell(new Write("late"u8.ToArray()));
        Assert.IsType<TransportClosedException>(ExpectMsg<WriteFailed>(Patience).Cause);
        peer.Finish();
        ExpectMsg("peer finished", Patience);
        Assert.Equal(CloseReason.PeerFinished, ExpectMsg<Closed>(Patience).Reason);
        peer.Dispose();
    }

    [Fact]
    public async Task A_reset_is_told_at_once_even_while_reading_is_suspended()
    {
        (Peer peer, IActorRef protocol, _) = await Connect(ConnectionOptions.Default);
        protocol.Tell(new SuspendReading());
        protocol.Tell("suspended");
        ExpectMsg("suspended", Patience);
        peer.Reset();
        Closed closed = ExpectMsg<Closed>(Patience);
        Assert.Equal(CloseReason.Reset, closed.Reason);
        Assert.IsType<ConnectionResetException>(closed.Cause);
    }

    [Fact]
    public async Task A_reset_right_behind_the_bytes_that_made_the_owner_suspend_is_told_at_once()
    {
        // An engine that receives ahead may have met the reset before it hears that reading is over.
        Bound bound = await Sys.Reactor()
            .Bind("tcp://127.0.0.1:0", Props.Create(() => new SuspendingProtocol(TestActor)));
        for (int round = 0; round < 20; round++)
        {
            using Peer peer = await Peer.ConnectTo(bound);
            await peer.Send("x");
            peer.Reset();
            Assert.Equal(CloseReason.Reset, ExpectMsg<Closed>(Patience).Reason);
        }
    }

    [Fact]
    public async Task Writes_that_cannot_complete_are_answered_on_abort()
    {
        (Peer peer, IActorRef protocol, _) = await Connect(
            new ConnectionOptions { WriteQueueLimit = 64 * 1024 * 1024 }
        );
        protocol.Tell(new Write(new byte[32 * 1024 * 1024], "never"));
        protocol.Tell(new Write(new byte[1024], "never either"));
        protocol.Tell(new Abort());
        Assert.Equal("never", ExpectMsg<WriteFailed>(Patience).Write.Ack);
        Assert.Equal("never either", ExpectMsg<WriteFailed>(Patience).Write.Ack);
        Assert.Equal(CloseReason.Aborted, ExpectMsg<Closed>(Patience).Reason);
        await Assert.ThrowsAnyAsync<Exception>(() => peer.ReceiveExactly(32 * 1024 * 1024));
        peer.Dispose();
    }

    [Fact]
    public async Task An_owner_that_dies_without_closing_aborts()
    {
        (Peer peer, IActorRef protocol, _) = await Connect(ConnectionOptions.Default);
        protocol.Tell(PoisonPill.Instance);
        SocketException reset = (SocketException)
            (await Assert.ThrowsAsync<System.IO.IOException>(() => peer.Receive())).InnerException!;
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        peer.Dispose();
    }

    [Fact]
    public async Task An_idle_connection_ends_with_its_timeout()
    {
        (Peer peer, _, _) = await Connect(new ConnectionOptions { IdleTimeout = TimeSpan.FromMilliseconds(200) });
        Closed closed = ExpectMsg<Closed>(Patience);
        Assert.Equal(CloseReason.TimedOut, closed.Reason);
        Assert.IsType<IdleTimeoutException>(closed.Cause);
        peer.Dispose();
    }

    [Fact]
    public async Task A_peer_that_never_reads_ends_with_the_write_stall_timeout()
    {
        ConnectionOptions options = new()
        {
            WriteQueueLimit = 64 * 1024 * 1024,
            WriteStallTimeout = TimeSpan.FromMilliseconds(300),
        };
        (Peer peer, IActorRef protocol, _) = await Connect(options);
        protocol.Tell(new Write(new byte[32 * 1024 * 1024], "never"));
        WriteFailed failed = ExpectMsg<WriteFailed>(Patience);
        Assert.IsType<TransportClosedException>(failed.Cause);
        Assert.IsType<WriteStallTimeoutException>(ExpectMsg<Closed>(Patience).Cause);
        peer.Dispose();
    }

    [Fact]
    public async Task The_transport_can_be_watched_before_and_after_its_end()
    {
        (Peer peer, IActorRef protocol, Connected connected) = await Connect(ConnectionOptions.Default);
        Watch(connected.Transport);
        protocol.Tell(new Abort());
        FishForMessage(m => m is Terminated t && t.ActorRef.Equals(connected.Transport), Patience);
        TestKit.TestProbe late = CreateTestProbe();
        late.Watch(connected.Transport);
        late.ExpectTerminated(connected.Transport, Patience);
        late.Send(connected.Transport, new Write("dead"u8.ToArray(), "no"));
        Assert.Equal("no", late.ExpectMsg<WriteFailed>(Patience).Write.Ack);
        peer.Dispose();
    }

    [Fact]
    public async Task A_plain_actor_can_own_a_connection()
    {
        TestKit.TestProbe owner = CreateTestProbe();
        (Peer peer, _, Connected connected) = await Connect(ConnectionOptions.Default);
        owner.Send(connected.Transport, new Claim(owner.Ref));
        owner.ExpectMsg<Connected>(Patience);
        await peer.Send("hi");
        Assert.Equal("hi", Encoding.ASCII.GetString(owner.ExpectMsg<Received>(Patience).Data));
        owner.Send(connected.Transport, new Consumed(2));
        owner.Send(connected.Transport, new Write("ho"u8.ToArray(), "ack"));
        owner.ExpectMsg("ack", Patience);
        Assert.Equal("ho", Encoding.ASCII.GetString(await peer.ReceiveExactly(2)));
        owner.Send(connected.Transport, new Abort());
        owner.ExpectMsg<Closed>(Patience);
        peer.Dispose();
    }

    private async Task<(Peer Peer, IActorRef Protocol, Connected Connected)> Connect(ConnectionOptions options)
    {
        ListenerOptions listener = Sys.Reactor().ListenerDefaults with { Connection = options };
        Bound bound = await Sys.Reactor()
            .Bind("tcp://127.0.0.1:0", Props.Create<RecordingProtocol>(TestActor), listener);
        Peer peer = await Peer.ConnectTo(bound);
        Connected connected = ExpectMsg<Connected>(Patience);
        return (peer, LastSender, connected);
    }

    private sealed class SuspendingProtocol(IActorRef probe) : ProtocolActor
    {
        protected override long OnReceived(System.Buffers.ReadOnlySequence<byte> data)
        {
            SuspendReading();
            return data.Length;
        }

        protected override void OnClosed(Closed closed) => probe.Tell(closed);
    }
}
