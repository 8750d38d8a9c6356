using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Pipelines;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Protocols;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Transports;

/// <summary>Writes whose bytes come from a file or a producer: over every stack of layers, in order, and when they fail.</summary>
public sealed class WriteSourcesSpec : Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("reactor-sources").FullName;

    public WriteSourcesSpec(ITestOutputHelper output)
        : base(TestSettings.TwoLoops, "sources", output) { }

    public static TheoryData<string> Stacks => StackedConnection.Stacks;

    public static TheoryData<string, string> Producers
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (string stack in (string[])["", "tls"])
            {
                foreach (string kind in (string[])["sequence", "async sequence", "stream", "pipe"])
                {
                    data.Add(stack, kind);
                }
            }

            return data;
        }
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Files_leave_whole_and_in_their_place_between_other_writes(string stack)
    {
        byte[] data = RandomBytes(3_000_000);
        string path = WriteTemp(data);
        (Peer peer, IActorRef protocol) = await Connect(stack);
        protocol.Tell(new Write("head"u8.ToArray(), "head"));
        protocol.Tell(new WriteFile(path, Ack: "whole"));
        protocol.Tell(new WriteFile(path, 1_000_000, 70_000, "part"));
        protocol.Tell(new WriteFile(path, 5, 0, "nothing"));
        protocol.Tell(new WriteFile(path, data.Length, Ack: "the end of it"));
        protocol.Tell(new Write("tail"u8.ToArray(), "tail"));
        byte[] expected = Concat("head"u8, data, data.AsSpan(1_000_000, 70_000), "tail"u8);
        byte[] received = await peer.ReceiveExactly(expected.Length);
        Assert.True(expected.AsSpan().SequenceEqual(received));
        foreach (string ack in (string[])["head", "whole", "part", "nothing", "the end of it", "tail"])
        {
            ExpectMsg(ack, Patience);
        }

        protocol.Tell(new Close());
        Assert.Empty(await peer.Receive());
        peer.Dispose();
        Assert.Equal(CloseReason.Requested, ExpectMsg<Closed>(Patience).Reason);
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task A_close_waits_for_the_file_before_it(string stack)
    {
        byte[] data = RandomBytes(20_000_000);
        string path = WriteTemp(data);
        (Peer peer, IActorRef protocol) = await Connect(stack);
        protocol.Tell(new WriteFile(path, Ack: "sent"));
        protocol.Tell(new Close());
        protocol.Tell(new Write("late"u8.ToArray(), "late"));
        Assert.Equal("late", ExpectMsg<WriteFailed>(Patience).Write.Ack);
        byte[] received = await peer.ReceiveExactly(data.Length);
        Assert.True(data.AsSpan().SequenceEqual(received));
        Assert.Empty(await peer.Receive());
        peer.Dispose();
        ExpectMsg("sent", Patience);
        Assert.Equal(CloseReason.Requested, ExpectMsg<Closed>(Patience).Reason);
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task A_file_that_is_not_there_fails_and_what_was_behind_it_can_be_written_again(string stack)
    {
        (Peer peer, IActorRef protocol) = await Connect(stack);
        string missing = Path.Combine(_folder, "missing");
        protocol.Tell(
            new ITransportCommand[]
            {
                new Write("head "u8.ToArray(), "head"),
                new WriteFile(missing, Ack: "missing"),
                new Write("lost"u8.ToArray(), "behind"),
            }
        );
        List<object> told = [];
        while (!told.Contains("writable") || !told.Contains("head"))
        {
            told.Add(ExpectMsg<object>(Patience));
        }

        WriteFailed[] failed = [.. told.OfType<WriteFailed>()];
        Assert.Equal(["missing", "behind"], failed.Select(failure => failure.Write.Ack));
        WriteSourceException reason = Assert.IsType<WriteSourceException>(failed[0].Cause);
        Assert.Equal((missing, 0L), (reason.Path, reason.Sent));
        Assert.IsType<FileNotFoundException>(reason.InnerException);
        Assert.IsType<WriteRefusedException>(failed[1].Cause);
        protocol.Tell(new Write("again"u8.ToArray(), "again"));
        ExpectMsg("again", Patience);
        Assert.Equal("head again", Encoding.ASCII.GetString(await peer.ReceiveExactly(10)));
        peer.Dispose();
    }

    [Fact]
    public async Task A_file_shorter_than_asked_for_fails_before_a_byte_is_sent()
    {
        string path = WriteTemp(new byte[1000]);
        (Peer peer, IActorRef protocol) = await Connect("");
        protocol.Tell(new WriteFile(path, 500, 501, "too long"));
        WriteFailed failed = ExpectMsg<WriteFailed>(Patience);
        Assert.Contains(
            "1000 bytes, but the part to send ends at 1001",
            failed.Cause.Message,
            StringComparison.Ordinal
        );
        ExpectMsg("writable", Patience);
        protocol.Tell(new WriteFile(path, 500, 500, "fits"));
        ExpectMsg("fits", Patience);
        Assert.Equal(500, (await peer.ReceiveExactly(500)).Length);
        peer.Dispose();
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task A_file_that_shrinks_while_it_is_sent_fails_and_says_how_much_left(string stack)
    {
        string path = WriteTemp([]);
        using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(200_000_000);
        (Peer peer, IActorRef protocol) = await Connect(stack);
        protocol.Tell(new WriteFile(path, Ack: "shrinks"));
        await peer.ReceiveExactly(1_000_000);
        file.SetLength(500_000);
        Task<string> rest = peer.ReceiveToEnd();
        WriteFailed failed = ExpectMsg<WriteFailed>(Patience);
        WriteSourceException reason = Assert.IsType<WriteSourceException>(failed.Cause);
        Assert.InRange(reason.Sent, 1_000_000, 199_999_999);
        Assert.IsType<EndOfStreamException>(reason.InnerException);
        ExpectMsg("writable", Patience);
        protocol.Tell(new Close());
        Assert.Equal(reason.Sent, 1_000_000 + (await rest).Length);
        peer.Dispose();
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task A_file_that_fails_after_close_resets_so_that_nobody_takes_the_rest_for_the_whole(string stack)
    {
        (Peer peer, IActorRef protocol) = await Connect(stack);
        WriteFile missing = new(Path.Combine(_folder, "missing"), Ack: "missing");
        protocol.Tell(new ITransportCommand[] { missing, new Close() });
        Assert.Equal("missing", ExpectMsg<WriteFailed>(Patience).Write.Ack);
        Closed closed = ExpectMsg<Closed>(Patience);
        Assert.Equal(CloseReason.Failed, closed.Reason);
        Assert.IsType<WriteSourceException>(closed.Cause);
        Assert.Equal("missing", Assert.Single(closed.Undelivered).Ack);
        await Assert.ThrowsAsync<IOException>(() => peer.Receive());
        peer.Dispose();
    }

    [Theory]
    [MemberData(nameof(Producers))]
    public async Task What_a_producer_yields_arrives_and_the_producer_is_let_go(string stack, string kind)
    {
        byte[] data = RandomBytes(3_000_000);
        TaskCompletionSource disposed = new();
        (Peer peer, IActorRef protocol) = await Connect(stack);
        protocol.Tell(new Write("head"u8.ToArray()));
        protocol.Tell(Produce(kind, data, disposed, "sent"));
        protocol.Tell(new Write("tail"u8.ToArray()));
        byte[] received = await peer.ReceiveExactly(data.Length + 8);
        byte[] expected = Concat("head"u8, data, "tail"u8);
        Assert.True(expected.AsSpan().SequenceEqual(received));
        ExpectMsg("sent", Patience);
        await disposed.Task.WaitAsync(Patience);
        peer.Dispose();
    }

    [Theory]
    [MemberData(nameof(Producers))]
    public async Task A_producer_is_let_go_when_its_connection_ends_midway(string stack, string kind)
    {
        TaskCompletionSource disposed = new();
        (Peer peer, IActorRef protocol) = await Connect(stack);
        protocol.Tell(Produce(kind, new byte[50_000_000], disposed, "never"));
        protocol.Tell(new WriteFrom(Pieces(new byte[10]), "behind"));
        await peer.ReceiveExactly(1_000_000);
        peer.Reset();
        Assert.Equal("never", ExpectMsg<WriteFailed>(Patience).Write.Ack);
        Assert.Equal("behind", ExpectMsg<WriteFailed>(Patience).Write.Ack);
        Closed closed = ExpectMsg<Closed>(Patience);
        Assert.Equal(CloseReason.Reset, closed.Reason);
        Assert.Equal(["never", "behind"], closed.Undelivered.Select(write => write.Ack));
        await disposed.Task.WaitAsync(Patience);
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task A_producer_is_asked_only_as_fast_as_the_peer_reads(string stack)
    {
        int pieces = 0;
        (Peer peer, IActorRef protocol) = await Connect(stack);
        protocol.Tell(new WriteFrom(Endless()));
        int before = await UntilStill(() => Volatile.Read(ref pieces));

        // What both kernels hold, and one more that waits for them.
        Assert.InRange(before, 1, 3_000);

        // And what the kernels let their buffers grow by, seeing a reader.
        await peer.ReceiveExactly(20_000_000);
        Assert.InRange(await UntilStill(() => Volatile.Read(ref pieces)), before + 1_000, before + 10_000);
        peer.Reset();
        Assert.IsType<WriteFailed>(ExpectMsg<WriteFailed>(Patience));

        IEnumerable<ReadOnlyMemory<byte>> Endless()
        {
            byte[] piece = new byte[10_000];
            while (true)
            {
                Interlocked.Increment(ref pieces);
                yield return piece;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task A_producer_that_throws_fails_its_write_and_nothing_after_it_leaves_too_early(string stack)
    {
        (Peer peer, IActorRef protocol) = await Connect(stack);
        protocol.Tell(
            new ITransportCommand[] { new WriteFrom(Throwing(), "throws"), new Write("lost"u8.ToArray(), "behind") }
        );
        WriteFailed failed = ExpectMsg<WriteFailed>(Patience);
        WriteSourceException reason = Assert.IsType<WriteSourceException>(failed.Cause);
        Assert.Equal((null, 5L), (reason.Path, reason.Sent));
        Assert.Equal("on request", reason.InnerException!.Message);
        Assert.Equal("behind", ExpectMsg<WriteFailed>(Patience).Write.Ack);
        ExpectMsg("writable", Patience);
        protocol.Tell(new Write(" then"u8.ToArray(), "then"));
        ExpectMsg("then", Patience);
        Assert.Equal("first then", Encoding.ASCII.GetString(await peer.ReceiveExactly(10)));
        peer.Dispose();

        static IEnumerable<ReadOnlyMemory<byte>> Throwing()
        {
            yield return "first"u8.ToArray();
            throw new InvalidOperationException("on request");
        }
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Producers_that_wait_are_bounded_by_the_limit(string stack)
    {
        TaskCompletionSource<bool> go = new();
        (Peer peer, IActorRef protocol) = await Connect(stack);
        protocol.Tell(new WriteFrom(Waiting(), 0));
        for (int i = 1; i <= 15; i++)
        {
            protocol.Tell(new WriteFrom(Pieces([(byte)i]), i));
        }

        // 16 times 64 KiB make a MiB, and each costs a little more.
        protocol.Tell(new WriteFrom(Pieces([16]), 16));
        WriteFailed refused = ExpectMsg<WriteFailed>(Patience);
        Assert.Equal(16, refused.Write.Ack);
        Assert.IsType<WriteRefusedException>(refused.Cause);
        go.SetResult(true);
        Assert.Equal(Enumerable.Range(0, 16).Select(i => (byte)i), await peer.ReceiveExactly(16));
        for (int i = 0; i <= 15; i++)
        {
            object next = ExpectMsg<object>(Patience);
            Assert.Equal(i, next is "writable" ? ExpectMsg<object>(Patience) : next);
        }

        peer.Dispose();

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Waiting(
            [EnumeratorCancellation] CancellationToken cancel = default
        )
        {
            await go.Task.WaitAsync(cancel);
            yield return new byte[1];
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Pieces(byte[] data)
    {
        for (int i = 0; i < data.Length; )
        {
            int count = Math.Min(data.Length - i, 1 + ((i * 7) % 90_000));
            yield return data.AsMemory(i, count);
            i += count;
            yield return ReadOnlyMemory<byte>.Empty;
        }
    }

    private static WriteFrom Produce(string kind, byte[] data, TaskCompletionSource disposed, object ack) =>
        kind switch
        {
            "sequence" => new WriteFrom(Watched(data, disposed), ack),
            "async sequence" => new WriteFrom(WatchedAsync(data, disposed), ack),
            "stream" => new WriteFrom(new WatchedStream(data, disposed), ack),
            _ => new WriteFrom(FilledPipe(data, disposed), ack),
        };

    private static IEnumerable<ReadOnlyMemory<byte>> Watched(byte[] data, TaskCompletionSource disposed)
    {
        try
        {
            foreach (ReadOnlyMemory<byte> piece in Pieces(data))
            {
                yield return piece;
            }
        }
        finally
        {
            disposed.SetResult();
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> WatchedAsync(byte[] data, TaskCompletionSource disposed)
    {
        try
        {
            foreach (ReadOnlyMemory<byte> piece in Pieces(data))
            {
                await Task.Yield();
                yield return piece;
            }
        }
        finally
        {
            disposed.SetResult();
        }
    }

    private static PipeReader FilledPipe(byte[] data, TaskCompletionSource disposed)
    {
        Pipe pipe = new();
        _ = Fill();
        return pipe.Reader;

        async Task Fill()
        {
            foreach (ReadOnlyMemory<byte> piece in Pieces(data))
            {
                if ((await pipe.Writer.WriteAsync(piece)).IsCompleted)
                {
                    disposed.SetResult();
                    return;
                }
            }

            await pipe.Writer.CompleteAsync();
            disposed.SetResult();
        }
    }

    private static byte[] Concat(
        ReadOnlySpan<byte> one,
        ReadOnlySpan<byte> two,
        ReadOnlySpan<byte> three,
        ReadOnlySpan<byte> four = default
    ) => [.. one, .. two, .. three, .. four];

    private static byte[] RandomBytes(int count)
    {
        byte[] data = new byte[count];
        Random.Shared.NextBytes(data);
        return data;
    }

    private static async Task<int> UntilStill(Func<int> value)
    {
        int last = -1;
        for (int same = 0; same < 10; await Pause.For(TimeSpan.FromMilliseconds(50), "what can still move does"))
        {
            int now = value();
            same = now == last ? same + 1 : 0;
            last = now;
        }

        return last;
    }

    private string WriteTemp(byte[] data)
    {
        string path = Path.Combine(_folder, Guid.NewGuid().ToString());
        File.WriteAllBytes(path, data);
        return path;
    }

    private async Task<(Peer Peer, IActorRef Protocol)> Connect(string stack)
    {
        Props props = Props.Create<RecordingProtocol>(TestActor);
        Bound bound = await StackedConnection.Bind(Sys, stack, props, ConnectionOptions.Default);
        Peer peer = await StackedConnection.Connect(bound, stack);
        ExpectMsg<Connected>(Patience);
        return (peer, LastSender);
    }

    private sealed class WatchedStream(byte[] data, TaskCompletionSource disposed) : MemoryStream(data)
    {
        protected override void Dispose(bool disposing)
        {
            disposed.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
