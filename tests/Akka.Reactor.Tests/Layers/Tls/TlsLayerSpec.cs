using System;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Layers.Tls;

/// <summary>What a transport promises, kept by the TLS layer: half-close, acknowledgements, refusals.</summary>
public sealed class TlsLayerSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "tls-layer", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task After_a_half_close_the_peer_may_go_on_sending()
    {
        (Peer peer, IActorRef protocol) = await Connect(ConnectionOptions.Default);
        protocol.Tell(new Write("mine"u8.ToArray()));
        protocol.Tell(new CloseWrite());
        Assert.Equal("mine", await peer.ReceiveToEnd());
        await peer.Send("yours");
        Assert.Equal("yours", Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));
        protocol.Tell(new Write("late"u8.ToArray()));
        Assert.IsType<TransportClosedException>(ExpectMsg<WriteFailed>(Patience).Cause);
        await peer.ShutdownTls();
        ExpectMsg("peer finished", Patience);
        peer.Finish();
        Assert.Equal(CloseReason.PeerFinished, ExpectMsg<Closed>(Patience).Reason);
        peer.Dispose();
    }

    [Fact]
    public async Task A_stream_cut_off_after_our_half_close_is_truncated()
    {
        (Peer peer, IActorRef protocol) = await Connect(ConnectionOptions.Default);
        protocol.Tell(new CloseWrite());
        Assert.Equal("", await peer.ReceiveToEnd());
        await peer.Send("yours");
        ExpectMsg<Received>(Patience);
        peer.Finish();
        Assert.Equal(CloseReason.Truncated, ExpectMsg<Closed>(Patience).Reason);
        peer.Dispose();
    }

    [Fact]
    public async Task A_write_of_nothing_is_acknowledged()
    {
        (Peer peer, IActorRef protocol) = await Connect(ConnectionOptions.Default);
        protocol.Tell(new Write("one"u8.ToArray(), "ack 1"));
        ExpectMsg("ack 1", Patience);
        protocol.Tell(new Write(ReadOnlyMemory<byte>.Empty, "ack of nothing"));
        ExpectMsg("ack of nothing", Patience);
        peer.Dispose();
    }

    [Fact]
    public async Task A_refused_write_is_accepted_after_writable()
    {
        ConnectionOptions options = new()
        {
            LowWater = 1024,
            HighWater = 8 * 1024,
            WriteQueueLimit = 16 * 1024,
        };
        (Peer peer, IActorRef protocol) = await Connect(options);
        protocol.Tell(new Write(new byte[10_000]));
        await peer.ReceiveExactly(10_000);

        // Nobody asked for an acknowledgement of the first, so it may count as queued still: then one refusal is all right.
        protocol.Tell(new Write(new byte[10_000], "second"));
        if (FishForMessage(m => m is "second" or WriteFailed, Patience) is WriteFailed)
        {
            FishForMessage(m => m is "writable", Patience);
            protocol.Tell(new Write(new byte[10_000], "third"));
            FishForMessage(m => m is "third", Patience);
        }

        Assert.Equal(10_000, (await peer.ReceiveExactly(10_000)).Length);
        peer.Dispose();
    }

    private async Task<(Peer Peer, IActorRef Protocol)> Connect(ConnectionOptions options)
    {
        Bound bound = await Sys.Reactor()
            .Bind(
                "tls://127.0.0.1:0",
                Props.Create<RecordingProtocol>(TestActor),
                Sys.Reactor().ListenerDefaults with
                {
                    Connection = options,
                    Tls = new TlsServerOptions(TestCertificates.Server),
                }
            );
        Peer peer = await Peer.ConnectTo(bound);
        await peer.StartTls();
        ExpectMsg<Connected>(Patience);
        return (peer, LastSender);
    }
}
