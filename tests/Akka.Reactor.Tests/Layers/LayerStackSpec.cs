using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Layers.Tls;
using Akka.Reactor.Tests.Protocols;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Layers;

/// <summary>The same protocol over stacks of layers: TLS, a layer that changes nothing, and both in either order.</summary>
public sealed class LayerStackSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "layers", output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TlsServerOptions ServerTls = new(TestCertificates.Server);

    /// <summary>Layers put in by configuration, lowest first, and the dispatcher of the protocol.</summary>
    public static TheoryData<string, string> Stacks
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (
                string stack in (string[])["", "pass", "pass pass", "tls", "pass tls", "tls pass", "pass tls pass"]
            )
            {
                data.Add(stack, "");
                data.Add(stack, "akka.actor.default-dispatcher");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Everything_comes_back_over_every_stack(string stack, string dispatcher)
    {
        Bound bound = await Bind(Props.Create<EchoProtocol>(), stack, dispatcher);
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(async seed =>
                {
                    using Peer peer = await Peer.ConnectTo(bound);
                    await StartTls(peer, stack);
                    byte[] data = new byte[1024 * 1024];
                    new Random(seed).NextBytes(data);
                    Task sending = SendInPieces(peer, data, new Random(seed));
                    byte[] back = await peer.ReceiveExactly(data.Length);
                    await sending;
                    Assert.Equal(SHA256.HashData(data), SHA256.HashData(back));
                })
        );
    }

    [Fact]
    public async Task What_comes_while_layers_are_put_in_keeps_its_order()
    {
        // The protocol runs elsewhere, so that data, claims and the layers' own starts race.
        Bound bound = await Bind(Props.Create<EchoProtocol>(), "pass pass", "akka.actor.default-dispatcher");
        byte[] data = new byte[20_000];
        new Random(7).NextBytes(data);
        for (int round = 0; round < 20; round++)
        {
            await Task.WhenAll(
                Enumerable
                    .Range(0, 20)
                    .Select(async seed =>
                    {
                        using Peer peer = await Peer.ConnectTo(bound);
                        Random random = new(seed);
                        for (int sent = 0; sent < data.Length; )
                        {
                            int count = Math.Min(random.Next(1, 2_000), data.Length - sent);
                            await peer.Send(data.AsMemory(sent, count));
                            sent += count;
                        }

                        Assert.Equal(data, await peer.ReceiveExactly(data.Length));
                    })
            );
        }
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Acknowledgements_and_closes_go_through_every_stack(string stack, string dispatcher)
    {
        Bound bound = await Bind(Props.Create<RecordingProtocol>(TestActor), stack, dispatcher);
        using Peer peer = await Peer.ConnectTo(bound);
        await StartTls(peer, stack);
        FishForMessage(m => m is Connected, Patience);
        IActorRef protocol = LastSender;
        protocol.Tell(new Write("answer"u8.ToArray(), "ack"));
        ExpectMsg("ack", Patience);
        Assert.Equal("answer", Encoding.ASCII.GetString(await peer.ReceiveExactly(6)));
        protocol.Tell(new Write("bye"u8.ToArray(), "last ack"));
        protocol.Tell(new Close());
        protocol.Tell(new Write("too late"u8.ToArray(), "never"));
        Assert.Equal("bye", await peer.ReceiveToEnd());

        // The refusal needs no trip through the kernel, so either may come first.
        object[] answers = [ExpectMsg<object>(Patience), ExpectMsg<object>(Patience)];
        Assert.Contains("last ack", answers);
        Assert.Equal("never", Assert.Single(answers.OfType<WriteFailed>()).Write.Ack);
        peer.Dispose();
        Assert.Contains(ExpectMsg<Closed>(Patience).Reason, (CloseReason[])[CloseReason.Requested, CloseReason.Reset]);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Write_close_and_stop_lose_nothing(string stack, string dispatcher)
    {
        Bound bound = await Bind(Props.Create<LastWords>(), stack, dispatcher);
        using Peer peer = await Peer.ConnectTo(bound);
        await StartTls(peer, stack);
        await peer.Send("go");
        Assert.Equal(LastWords.Length, (await peer.ReceiveToEnd()).Length);
    }

    [Fact]
    public async Task A_pass_through_layer_works_under_TLS_that_starts_later()
    {
        Bound bound = await Bind(Props.Create<UpgradeProtocol>(TestActor), "pass", "");
        using Peer peer = await Peer.ConnectTo(bound);
        await peer.ReceiveLine();
        await peer.Send("STARTTLS\r\n");
        Assert.Equal("220 go", await peer.ReceiveLine());
        await peer.StartTls();
        await peer.Send("secret\r\n");
        Assert.Equal("did secret", await peer.ReceiveLine());
    }

    [Fact]
    public void A_layer_on_a_transport_that_is_gone_ends()
    {
        IActorRef gone = Sys.ActorOf(Props.Create<StoppingActor>());
        Watch(gone);
        ExpectTerminated(gone, Patience);
        IActorRef parent = Sys.ActorOf(Props.Create<LayerParent>(gone, TestActor));
        Assert.Equal(CloseReason.Aborted, ExpectMsg<Closed>(Patience).Reason);
        Sys.Stop(parent);
    }

    [Fact]
    public async Task A_layer_that_crashes_costs_its_connection_only()
    {
        Bound bound = await Sys.Reactor()
            .Bind(
                "tcp://127.0.0.1:0",
                Props.Create<RecordingProtocol>(TestActor),
                Sys.Reactor().ListenerDefaults with
                {
                    Layers = [new Layer("crashing", lower => Props.Create<CrashingLayer>(lower))],
                }
            );
        using Peer crashing = await Peer.ConnectTo(bound);
        using Peer quiet = await Peer.ConnectTo(bound);
        ExpectMsg<Connected>(Patience);
        ExpectMsg<Connected>(Patience);
        await EventFilter
            .Exception<InvalidOperationException>(contains: "the layer crashed")
            .ExpectOneAsync(async () =>
            {
                await crashing.Send("crash");
                await crashing.ReceiveToEnd();
            });
        Closed closed = ExpectMsg<Closed>(Patience);
        Assert.IsType<LayerCrashedException>(closed.Cause);
        await quiet.Send("ok");
        Assert.Equal("ok", Encoding.ASCII.GetString(ExpectMsg<Received>(Patience).Data));
    }

    [Theory]
    [InlineData("")]
    [InlineData("pass")]
    [InlineData("pass pass")]
    [InlineData("tls")]
    [InlineData("tls pass")]
    public async Task A_write_without_a_sender_is_answered_to_the_owner_through_every_stack(string stack)
    {
        Bound bound = await Bind(Props.Create<SenderlessWriter>(TestActor), stack, "");
        using Peer peer = await Peer.ConnectTo(bound);
        await StartTls(peer, stack);
        Assert.Equal("hello", Encoding.ASCII.GetString(await peer.ReceiveExactly(5)));

        // A refusal needs no trip through the kernel, so either may come first.
        object[] answers = [ExpectMsg<object>(Patience), ExpectMsg<object>(Patience)];
        Assert.Contains("hello is out", answers);
        Assert.IsType<WriteTooLargeException>(Assert.Single(answers.OfType<WriteFailed>()).Cause);
        await peer.Send("end");
        Assert.IsType<TransportClosedException>(ExpectMsg<WriteFailed>(Patience).Cause);
    }

    [Theory]
    [InlineData("")]
    [InlineData("pass")]
    [InlineData("pass pass")]
    [InlineData("tls")]
    [InlineData("tls pass")]
    public async Task A_write_of_one_who_has_just_heard_of_the_end_is_answered_through_every_stack(string stack)
    {
        Bound bound = await Bind(Props.Create<LateWriter>(TestActor), stack, "");
        using Peer peer = await Peer.ConnectTo(bound);
        await StartTls(peer, stack);
        Assert.Equal("hello", Encoding.ASCII.GetString(await peer.ReceiveExactly(5)));
        peer.Reset();
        WriteFailed failure = ExpectMsg<WriteFailed>(Patience);
        Assert.Equal("never", failure.Write.Ack);
        Assert.IsType<TransportClosedException>(failure.Cause);
    }

    private async Task<Bound> Bind(Props props, string stack, string dispatcher)
    {
        List<Layer> layers = [];
        foreach (string name in stack.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            layers.Add(name == "tls" ? Akka.Reactor.Tls.ServerLayer(ServerTls) : PassThroughLayer.Layer);
        }

        return await Sys.Reactor()
            .Bind(
                "tcp://127.0.0.1:0",
                dispatcher.Length == 0 ? props : props.WithDispatcher(dispatcher),
                Sys.Reactor().ListenerDefaults with
                {
                    Layers = layers,
                    Tls = ServerTls,
                }
            );
    }

    private static Task StartTls(Peer peer, string stack) =>
        stack.Contains("tls", StringComparison.Ordinal) ? peer.StartTls() : Task.CompletedTask;

    private static async Task SendInPieces(Peer peer, byte[] data, Random random)
    {
        int sent = 0;
        while (sent < data.Length)
        {
            int count = Math.Min(random.Next(1, 40_000), data.Length - sent);
            await peer.Send(data.AsMemory(sent, count));
            sent += count;
        }
    }

    private sealed class StoppingActor : UntypedActor
    {
        protected override void PreStart() => Context.Stop(Self);

        protected override void OnReceive(object message) { }
    }

    private sealed class LayerParent : UntypedActor
    {
        private readonly IActorRef _probe;

        public LayerParent(IActorRef lower, IActorRef probe)
        {
            _probe = probe;
            Context.ActorOf(Props.Create<PassThroughLayer>(lower));
        }

        protected override void OnReceive(object message) => _probe.Tell(message);
    }

    private sealed class EchoProtocol : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }
    }

    private sealed class SenderlessWriter(IActorRef probe) : ProtocolActor
    {
        protected override void OnConnected()
        {
            Tell(new Write("hello"u8.ToArray(), "hello is out"));
            Tell(new Write(new byte[Connection.Options.WriteQueueLimit + 1]));
        }

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            CloseWrite();
            Tell(new Write("late"u8.ToArray()));
            return data.Length;
        }

        protected override void OnWriteFailed(WriteFailed failure) => probe.Tell(failure);

        protected override void OnMessage(object message) => probe.Tell(message);

        private void Tell(Write write) => Transport.Tell(write, ActorRefs.NoSender);
    }

    private sealed class LateWriter(IActorRef probe) : ProtocolActor
    {
        protected override void OnConnected() => Write("hello"u8);

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

        // It stops right after this, and its layers with it.
        protected override void OnClosed(Closed closed) =>
            Transport.Tell(new Write("late"u8.ToArray(), "never"), probe);
    }

    private sealed class LastWords : ProtocolActor
    {
        internal const int Length = 700_000;

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(new byte[Length]);
            Close();
            Context.Stop(Self);
            return data.Length;
        }
    }

    private sealed class CrashingLayer(IActorRef lower) : LayerActor(lower)
    {
        protected override void OnReceived(ReadOnlySequence<byte> data)
        {
            if (Encoding.ASCII.GetString(data) == "crash")
            {
                throw new InvalidOperationException("on request");
            }

            base.OnReceived(data);
        }
    }
}
