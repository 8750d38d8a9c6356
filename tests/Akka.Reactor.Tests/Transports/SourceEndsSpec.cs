using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Layers;
using Akka.Reactor.Tests.Protocols;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Transports;

/// <summary>What becomes of sources, and of what waits behind them, when a connection ends or is about to.</summary>
public sealed class SourceEndsSpec(ITestOutputHelper output)
    : Akka.TestKit.Xunit2.TestKit(TestSettings.TwoLoops, "source-ends", output)
{
    private const int SmallBuffer = 4096;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string> Stacks => StackedConnection.Stacks;

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task A_source_that_takes_its_time_after_a_close_is_no_stall_of_the_peer(string stack)
    {
        TimeSpan stall = TimeSpan.FromMilliseconds(600);
        (Peer peer, IActorRef protocol) = await Connect(
            stack,
            ConnectionOptions.Default with
            {
                WriteStallTimeout = stall,
            },
            SmallBuffer
        );
        byte[] large = new byte[4 * 1024 * 1024];
        TaskCompletionSource go = new();
        protocol.Tell(
            (ITransportCommand[])[new WriteFrom(InTwoParts(large, go.Task, "the end"u8.ToArray())), new Close()]
        );

        // The socket has been blocked on the way, and is not any more.
        await peer.ReceiveExactly(large.Length);
        await Pause.For(3 * stall, "a stall of the peer would be noticed by now");
        go.SetResult();
        Assert.Equal("the end", await peer.ReceiveToEnd());
        peer.Dispose();
        Assert.Equal(CloseReason.Requested, ExpectMsg<Closed>(Patience).Reason);
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task At_a_reset_every_source_is_let_go_and_listed(string stack)
    {
        (Peer peer, IActorRef protocol) = await Connect(
            stack,
            ConnectionOptions.Default with
            {
                WriteQueueLimit = 64 * 1024 * 1024,
            },
            SmallBuffer
        );
        protocol.Tell(new Write(new byte[32 * 1024 * 1024], "blocked"));
        List<WatchedStream> streams = [];
        for (int number = 0; number < 3; number++)
        {
            streams.Add(new WatchedStream());
            protocol.Tell(new WriteFrom(streams[^1], number));
        }

        // The protocol has told its transport all of them when it answers, and none was refused.
        await protocol.Ask<ActorIdentity>(new Identify(1), Patience);
        peer.Reset();
        List<object> answered = [];
        Closed? closed = null;
        while (closed is null)
        {
            object message = ExpectMsg<object>(Patience);
            closed = message as Closed;
            if (message is WriteFailed failure)
            {
                Assert.IsType<TransportClosedException>(failure.Cause);
                answered.Add(failure.Write.Ack!);
            }
        }

        Assert.Equal([0, 1, 2], answered.OfType<int>());
        Assert.Equal([0, 1, 2], closed.Undelivered.Select(write => write.Ack).OfType<int>());
        await Task.WhenAll(streams.Select(stream => stream.Disposal)).WaitAsync(Patience);
    }

    [Theory]
    [InlineData("pass")]
    [InlineData("tls")]
    [InlineData("pass tls")]
    public async Task A_peer_that_sends_before_it_reads_gets_the_file_before_a_close(string stack)
    {
        string path = Path.GetTempFileName();
        byte[] data = new byte[8 * 1024 * 1024];
        Random.Shared.NextBytes(data);
        await File.WriteAllBytesAsync(path, data);
        (Peer peer, IActorRef protocol) = await Connect(stack, ConnectionOptions.Default, SmallBuffer);
        protocol.Tell((ITransportCommand[])[ProtocolSuspend.Instance, new WriteFile(path), ProtocolClose.Instance]);
        await peer.Send(new byte[8 * 1024 * 1024]);
        byte[] received = await peer.ReceiveExactly(data.Length);
        Assert.True(received.AsSpan().SequenceEqual(data));
        Assert.Empty(await peer.Receive());
        peer.Dispose();
        File.Delete(path);
    }

    [Fact]
    public async Task A_source_whose_layer_never_had_a_connection_is_let_go()
    {
        WatchedStream stream = new();
        Bound bound = await StackedConnection.Bind(
            Sys,
            "",
            Props.Create<SourceAfterStartTls>(stream),
            ConnectionOptions.Default
        );
        using Peer peer = await Peer.ConnectTo(bound);
        await peer.Send("go");
        await peer.ReceiveExactly(2);
        await peer.Send("this is no ClientHello");
        await peer.ReceiveToEnd();
        await stream.Disposal.WaitAsync(Patience);
    }

    // A piece is on its way by reference: nobody may get its memory back before the channel is through with it.
    [Fact]
    public async Task A_layer_that_fails_in_the_middle_of_a_source_resets_and_lets_nothing_foreign_out()
    {
        Bound bound = await Sys.Reactor()
            .Bind(
                "tcp://127.0.0.1:0",
                Props.Create<RecordingProtocol>(TestActor),
                Sys.Reactor().ListenerDefaults with
                {
                    Layers = [new Layer("failing", lower => Props.Create<FailingLayer>(lower))],
                }
            );
        using Peer peer = await Peer.ConnectTo(bound.LocalEndPoint, receiveBuffer: SmallBuffer);
        IActorRef layer = ExpectMsg<Connected>(Patience).Transport;
        IActorRef protocol = LastSender;
        byte[] piece = new byte[16 * 1024 * 1024];
        piece.AsSpan().Fill(1);
        TaskCompletionSource disposed = new();
        protocol.Tell(new WriteFrom(Recycled(piece, disposed)));
        await peer.ReceiveExactly(1);
        layer.Tell("fail");
        FishForMessage(m => m is Closed, Patience);
        SocketException reset = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            byte[] buffer = new byte[64 * 1024];
            while (await peer.Socket.ReceiveAsync(buffer) is > 0 and int count)
            {
                Assert.Equal(-1, buffer.AsSpan(0, count).IndexOfAnyExcept((byte)1));
            }
        });
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
        await disposed.Task.WaitAsync(Patience);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Recycled(byte[] piece, TaskCompletionSource disposed)
    {
        try
        {
            yield return piece;
            yield return piece;
        }
        finally
        {
            piece.AsSpan().Clear();
            disposed.SetResult();
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> InTwoParts(
        byte[] first,
        Task go,
        byte[] second,
        [EnumeratorCancellation] CancellationToken cancel = default
    )
    {
        yield return first;
        await go.WaitAsync(cancel);
        yield return second;
    }

    private async Task<(Peer Peer, IActorRef Protocol)> Connect(
        string stack,
        ConnectionOptions options,
        int receiveBuffer
    )
    {
        Props props = Props.Create<RecordingProtocol>(TestActor);
        Bound bound = await StackedConnection.Bind(Sys, stack, props, options);
        Peer peer = await StackedConnection.Connect(bound, stack, receiveBuffer);
        ExpectMsg<Connected>(Patience);
        return (peer, LastSender);
    }

    /// <summary>Endless zeros; says when it is disposed.</summary>
    private sealed class WatchedStream : Stream
    {
        private readonly TaskCompletionSource _disposal = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task Disposal => _disposal.Task;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => count;

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _disposal.TrySetResult();
            base.Dispose(disposing);
        }
    }

    private sealed class SourceAfterStartTls(WatchedStream stream) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write("ok"u8);
            StartTls();
            StartLayer(PassThroughLayer.Layer);
            Write(new WriteFrom(stream));
            return data.Length;
        }
    }

    private sealed class FailingLayer(IActorRef lower) : LayerActor(lower)
    {
        protected override void OnMessage(object message) =>
            Fail(CloseReason.ProtocolViolation, new PeerViolationException("on request"));
    }
}
