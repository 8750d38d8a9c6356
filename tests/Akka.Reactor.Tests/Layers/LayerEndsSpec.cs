using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Layers.Tls;
using Akka.Reactor.Tests.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Layers;

/// <summary>How a stack of layers ends: in one's own fault, in another's, in a change of layers that is refused.</summary>
public sealed class LayerEndsSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "layer-ends", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TlsServerOptions ServerTls = new(TestCertificates.Server)
    {
        HandshakeTimeout = TimeSpan.FromSeconds(60),
    };

    [Theory]
    [InlineData("pass")]
    [InlineData("tls")]
    public async Task A_layer_that_crashes_takes_nothing_from_the_layer_above_it(string above)
    {
        BrittleLayer.Crashes = false;
        using Peer peer = await Connect(
            Props.Create<RecordingProtocol>(TestActor),
            new Layer("brittle", lower => Props.Create<BrittleLayer>(lower)),
            above is "tls" ? Akka.Reactor.Tls.ServerLayer(ServerTls) : PassThroughLayer.Layer
        );
        if (above is "tls")
        {
            await peer.StartTls();
        }

        ExpectMsg<Connected>(Patience);
        IActorRef protocol = LastSender;

        // At once: what the protocol had not yet written when the layer crashed would be answered behind the end.
        protocol.Tell(
            Enumerable.Range(0, 9).Select(ITransportCommand (number) => new Write(new byte[100_000], number)).ToArray()
        );

        // Those at the end are in nobody's kernel.
        FishForMessage(m => m is 0, Patience);
        BrittleLayer.Crashes = true;
        await peer.Send("x");
        HashSet<object> answered = [0];
        Closed? closed = null;
        while (closed is null)
        {
            object message = ExpectMsg<object>(Patience);
            closed = message as Closed;
            if (message is int or WriteFailed)
            {
                Assert.True(answered.Add(message is WriteFailed failure ? failure.Write.Ack! : message));
            }
        }

        Assert.IsType<LayerCrashedException>(closed.Cause);
        Assert.Equal(CloseReason.Failed, closed.Reason);
        Assert.Equal(9, answered.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_passes_a_layer_on_its_way_to_one_that_has_crashed_is_answered(bool killed)
    {
        using Peer peer = await Connect(
            Props.Create<RestartsLayers>(TestActor),
            new Layer("brittle", lower => Props.Create<BrittleLayer>(lower)),
            PassThroughLayer.Layer
        );
        Connected connected = ExpectMsg<Connected>(Patience);
        IActorRef brittle = await Sys.ActorSelection(LastSender.Path / "$a").ResolveOne(Patience);

        // Both on their loop, so that the one has crashed before the other passes on what it was told meanwhile.
        IActorRef onLoop = Sys.ActorOf(Props.Create<Runner>().WithDispatcher(connected.Dispatcher));
        onLoop.Tell(
            new Action(() =>
            {
                brittle.Tell(killed ? Kill.Instance : "crash");
                connected.Transport.Tell(new Write("lost"u8.ToArray(), "ack"), TestActor);
            })
        );
        object[] told = [ExpectMsg<object>(Patience), ExpectMsg<object>(Patience)];
        Assert.Contains(told, message => message is Closed);
        Assert.Contains(told, message => message is WriteFailed);
    }

    [Fact]
    public async Task What_was_written_behind_a_refused_change_of_layers_is_answered_and_listed_before_the_end()
    {
        using Peer peer = await Connect(Props.Create<WritesBehindStartTls>(TestActor));

        // The second line came ahead of the change that it had to wait for.
        await peer.Send("STARTTLS\r\nQUIT\r\n");
        WriteFailed failure = ExpectMsg<WriteFailed>(Patience);
        Assert.Equal("behind", failure.Write.Ack);
        Closed closed = ExpectMsg<Closed>(Patience);
        Assert.IsType<PeerViolationException>(closed.Cause);
        Assert.Equal("behind", Assert.Single(closed.Undelivered).Ack);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task A_peer_that_finishes_during_the_handshake_ends_a_connection_that_was_to_be_closed_after_it()
    {
        using Peer peer = await Connect(Props.Create<ClosesBehindStartTls>(TestActor));
        await peer.Send("STARTTLS\r\n");
        ExpectMsg("started", Patience);
        peer.Finish();
        Assert.Equal(CloseReason.Truncated, ExpectMsg<Closed>(Patience).Reason);
    }

    [Fact]
    public async Task A_source_that_fails_under_a_plain_owner_has_everything_refused_before_it_may_write_again()
    {
        using Peer peer = await Connect(
            Props.Create<RecordingProtocol>(TestActor),
            Akka.Reactor.Tls.ServerLayer(ServerTls)
        );
        await peer.StartTls();
        IActorRef transport = ExpectMsg<Connected>(Patience).Transport;
        transport.Tell(new Claim(TestActor), TestActor);
        ExpectMsg<Connected>(Patience);
        SemaphoreSlim go = new(0);
        transport.Tell(new WriteFrom(FailsAfter(go), "source"), TestActor);
        transport.Tell(new Write(new byte[10], "first"), TestActor);
        transport.Tell(new Write(new byte[10], "second"), TestActor);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(200));
        go.Release();
        foreach (string ack in (string[])["source", "first", "second"])
        {
            Assert.Equal(ack, ExpectMsg<WriteFailed>(Patience).Write.Ack);
        }

        ExpectMsg<Writable>(Patience);
        transport.Tell(new Write("again"u8.ToArray(), "again"), TestActor);
        ExpectMsg("again", Patience);
        Assert.Equal("again", Encoding.ASCII.GetString(await peer.ReceiveExactly(5)));
    }

    // Its own writer would answer what it is told of when there is room; this one cannot.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_of_a_protocol_that_another_tells_on_counts_as_that_one_s(bool tls)
    {
        using Peer peer = await Connect(
            Props.Create<RecordingProtocol>(TestActor),
            tls ? [Akka.Reactor.Tls.ServerLayer(ServerTls)] : []
        );
        if (tls)
        {
            await peer.StartTls();
        }

        IActorRef transport = ExpectMsg<Connected>(Patience).Transport;
        IActorRef protocol = LastSender;
        BeRefused(protocol);
        ExpectMsg("writable", Patience);
        transport.Tell(new Claim(TestActor), TestActor);
        ExpectMsg<Connected>(Patience);
        BeRefused(transport);
        ExpectMsg<Writable>(Patience);
        transport.Tell(new Write("now"u8.ToArray(), "ack"), TestActor);
        ExpectMsg("ack", Patience);
        Assert.Equal("now", Encoding.ASCII.GetString(await peer.ReceiveExactly(3)));
    }

    private void BeRefused(IActorRef writer)
    {
        SemaphoreSlim go = new(0);
        writer.Tell(new WriteFrom(FailsAfter(go), "source"), TestActor);
        writer.Tell(new Write("behind"u8.ToArray(), "behind"), TestActor);
        go.Release();
        Assert.IsType<WriteSourceException>(ExpectMsg<WriteFailed>(Patience).Cause);
        Assert.IsType<WriteRefusedException>(ExpectMsg<WriteFailed>(Patience).Cause);
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> FailsAfter(SemaphoreSlim go)
    {
        await go.WaitAsync(Patience);
        yield return await Task.FromException<ReadOnlyMemory<byte>>(new InvalidOperationException("on request"));
    }

    private async Task<Peer> Connect(Props protocol, params Layer[] layers)
    {
        Bound bound = await Sys.Reactor()
            .Bind(
                "tcp://127.0.0.1:0",
                protocol,
                Sys.Reactor().ListenerDefaults with
                {
                    Layers = layers,
                    Tls = ServerTls,
                }
            );
        return await Peer.ConnectTo(bound.LocalEndPoint, receiveBuffer: 4096);
    }

    private sealed class BrittleLayer(IActorRef lower) : LayerActor(lower)
    {
        private static int s_crashes;

        internal static bool Crashes
        {
            get => Volatile.Read(ref s_crashes) == 1;
            set => Volatile.Write(ref s_crashes, value ? 1 : 0);
        }

        protected override void OnReceived(ReadOnlySequence<byte> data)
        {
            if (Crashes)
            {
                throw new InvalidOperationException("on request");
            }

            base.OnReceived(data);
        }

        protected override void OnMessage(object message)
        {
            if (message is "crash")
            {
                throw new InvalidOperationException("on request");
            }
        }
    }

    private sealed class RestartsLayers(IActorRef probe) : ProtocolActor
    {
        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Restart);

        protected override void OnConnected() => probe.Tell(Connection, Self);

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

        protected override void OnClosed(Closed closed) => probe.Tell(closed, Self);
    }

    private sealed class Runner : UntypedActor
    {
        protected override void OnReceive(object message) => ((Action)message)();
    }

    private sealed class WritesBehindStartTls(IActorRef probe) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            StartTls();
            Transport.Tell(new Write("secret"u8.ToArray(), "behind"), probe);
            return "STARTTLS\r\n".Length;
        }

        protected override void OnClosed(Closed closed) => probe.Tell(closed);
    }

    private sealed class ClosesBehindStartTls(IActorRef probe) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            StartTls();
            Close();
            probe.Tell("started");
            return data.Length;
        }

        protected override void OnClosed(Closed closed) => probe.Tell(closed);
    }
}
