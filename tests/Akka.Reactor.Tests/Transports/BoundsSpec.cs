using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Net.Sockets;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Polling;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Transports;

/// <summary>What a peer that never reads, and a protocol that never consumes, can make us hold.</summary>
[Collection(Alone.Name)]
[Trait("Engines", "all")]
public sealed class BoundsSpec(ITestOutputHelper output)
{
    private const int Piece = 16 * 1024;
    private const int Mebibyte = 1024 * 1024;
    private const int Peers = 100;
    private const int FewPeers = 20;
    private const int SmallBuffer = 32 * 1024;

    // Of TLS: it is read whole or not at all.
    private const int LongestRecord = 18_437;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly byte[] Block = new byte[Piece];

    /// <summary>Engine and layers.</summary>
    public static TheoryData<string, string> Cases => EngineSystem.Over(EngineSystem.SomeEngines, EngineSystem.Stacks);

    public static TheoryData<string> Engines => [.. EngineSystem.SomeEngines];

    /// <summary>Engine and layers.</summary>
    public static TheoryData<string, string> BareAndTls => EngineSystem.Over(EngineSystem.SomeEngines, ["", "tls"]);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task For_a_peer_that_never_reads_no_more_than_the_limit_is_queued_and_each_write_is_answered(
        string engine,
        string stack
    )
    {
        await using EngineSystem system = new(engine);
        ConnectionOptions options = new()
        {
            WriteQueueLimit = 300_000,
            HighWater = 100_000,
            LowWater = 50_000,
        };
        Notes notes = new();
        Bound bound = await system.Bind(Props.Create(() => new Pourer(notes, Piece)), options, stack);
        using Peer peer = await StackedConnection.Connect(bound, stack);
        IActorRef protocol = await notes.WaitFor<IActorRef>();
        WriteFailed refused = await notes.WaitFor<WriteFailed>();
        Assert.IsType<WriteRefusedException>(refused.Cause);

        // It says so again and again, until the kernel takes nothing more.
        int acknowledged;
        do
        {
            acknowledged = notes.All.OfType<int>().Count();
            await Pause.For(TimeSpan.FromMilliseconds(100), "the kernel takes what it can");
            protocol.Tell("pour");
            await Pause.For(TimeSpan.FromMilliseconds(100), "the kernel takes what it can");
        } while (notes.All.OfType<int>().Count() > acknowledged);

        int written = await protocol.Ask<int>("written", Patience);
        int refusals = notes.All.OfType<WriteFailed>().Count();
        int queued = written - refusals - notes.All.OfType<int>().Count();
        output.WriteLine($"{written} written, {refusals} refused, {queued} queued");
        Assert.InRange(queued, 1, options.WriteQueueLimit / Piece);
        protocol.Tell("abort");
        await notes.WaitFor<Closed>();
        await notes.WaitFor<object>(written, note => note is int or WriteFailed);
        IReadOnlyList<object> all = notes.All;
        object[] answers =
        [
            .. all.OfType<int>().Cast<object>(),
            .. all.OfType<WriteFailed>().Select(failure => failure.Write.Ack!),
        ];
        Assert.Equal(written, answers.Length);
        Assert.Equal(written, answers.Distinct().Count());
        Assert.Equal(queued, all.OfType<WriteFailed>().Count(failure => failure.Cause is TransportClosedException));
    }

    [Theory]
    [MemberData(nameof(BareAndTls))]
    public async Task A_hundred_peers_that_never_read_cost_less_than_a_mebibyte_each(string engine, string stack)
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();

        // The system takes less than half of what is written, so that it never asks for more and the rest stays ours. Under
        // TLS a write is kept until its ciphertext has left, and the client's half of TLS is in this process too.
        ConnectionOptions options = new()
        {
            WriteQueueLimit = StackedConnection.IsTls(stack) ? Mebibyte / 4 : Mebibyte / 2,
            LowWater = 16 * 1024,
            Socket = new SocketOptions { SendBuffer = SmallBuffer },
        };
        Bound bound = await system.Bind(Props.Create(() => new Pourer(notes, Piece)), options, stack);

        // What the engine, the loop and the first of its kind need is not theirs.
        List<Peer> peers = [await StackedConnection.Connect(bound, stack, SmallBuffer)];
        await notes.WaitFor<WriteFailed>();
        long before = Memory();
        for (int i = 0; i < Peers; i++)
        {
            peers.Add(await StackedConnection.Connect(bound, stack, SmallBuffer));
        }

        await notes.WaitFor<WriteFailed>(Peers + 1);

        // The first refusal comes before anything was sent: the system has yet to take its part.
        long each = (Memory() - before) / Peers;
        for (long waited = Environment.TickCount64; each > Mebibyte && Environment.TickCount64 - waited < 5000; )
        {
            await Pause.BetweenLooks();
            each = (Memory() - before) / Peers;
        }

        output.WriteLine($"{each / 1024} KiB each");
        peers.ForEach(peer => peer.Dispose());
        Assert.InRange(each, options.WriteQueueLimit / 2, Mebibyte);
    }

    [Theory]
    [MemberData(nameof(BareAndTls))]
    public async Task Answers_of_one_byte_cost_no_more_than_others(string engine, string stack)
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        ConnectionOptions options = new() { Socket = new SocketOptions { SendBuffer = SmallBuffer } };
        Bound bound = await system.Bind(Props.Create(() => new Dripper(notes)), options, stack);
        List<Peer> peers = [await Flood()];
        long before = Memory();
        for (int i = 0; i < FewPeers; i++)
        {
            peers.Add(await Flood());
        }

        // Until none is offered anything any more.
        for (int answers = -1; answers != notes.All.Count; )
        {
            answers = notes.All.Count;
            await Pause.For(TimeSpan.FromMilliseconds(300), "the answers fill everything on the way");
        }

        long each = (Memory() - before) / FewPeers;
        output.WriteLine($"{each / 1024} KiB each");
        peers.ForEach(peer => peer.Dispose());
        Assert.InRange(each, options.HighWater / 2, Mebibyte);

        async Task<Peer> Flood()
        {
            Peer peer = await StackedConnection.Connect(bound, stack, SmallBuffer);
            await peer.Send(Block);
            await peer.Send(Block);
            return peer;
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Writes_of_one_byte_fill_the_queue_as_what_they_cost(string engine)
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        Bound bound = await system.Bind(Props.Create(() => new Pourer(notes, 1)), ConnectionOptions.Default);
        using Peer peer = await StackedConnection.Connect(bound, "");
        await notes.WaitFor<WriteFailed>();
        WriteRefusedException refusal = Assert.IsType<WriteRefusedException>(
            notes.All.OfType<WriteFailed>().First().Cause
        );
        // The last one that is accepted may go beyond it by what it costs beside its byte.
        Assert.InRange(refusal.Queued, Mebibyte, Mebibyte + 128);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_hundred_peers_that_send_and_never_read_their_echoes_cost_less_than_a_mebibyte_each(
        string engine
    )
    {
        await using EngineSystem system = new(engine);
        Bound bound = await system.Bind(Props.Create<Echo>(), ConnectionOptions.Default);
        List<Peer> peers = [await StackedConnection.Connect(bound, "")];
        await peers[0].Send(Block);
        await peers[0].ReceiveExactly(Piece);
        peers[0].Socket.Blocking = false;
        long before = Memory();
        for (int i = 0; i < Peers; i++)
        {
            Peer peer = await StackedConnection.Connect(bound, "");
            peer.Socket.Blocking = false;
            peers.Add(peer);
        }

        // Until all of them are held back for a while.
        for (int stuck = 0; stuck < 10; )
        {
            long sent = peers.Sum(peer => (long)peer.Socket.Send(Block, SocketFlags.None, out _));
            stuck = sent > 0 ? 0 : stuck + 1;
            if (sent == 0)
            {
                await Pause.For(TimeSpan.FromMilliseconds(50), "the echoes fill everything on the way");
            }
        }

        long each = (Memory() - before) / Peers;
        output.WriteLine($"{each / 1024} KiB each");
        peers.ForEach(peer => peer.Dispose());

        // Nothing more is read once this much waits for the peer.
        Assert.InRange(each, ConnectionOptions.Default.HighWater / 2, Mebibyte);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task An_owner_that_never_consumes_is_told_no_more_than_read_ahead_and_the_sender_is_stopped(
        string engine,
        string stack
    )
    {
        await using EngineSystem system = new(engine);
        ConnectionOptions options = new() { MaxUnread = 100_000 };
        Notes notes = new();
        Bound bound = await system.Bind(Props.Create(() => new Hoarder(notes)), options, stack);
        using Peer peer = await StackedConnection.Connect(bound, stack);
        Task sending = SendForever(peer);
        await notes.WaitFor<long>(1, total => total >= 50_000);
        Assert.False(await Pause.EndsWithin(sending, TimeSpan.FromSeconds(1), "nobody holds the sender back"));

        // TLS gives no part of a record: what goes beyond is the rest of one, and one more on its way.
        long held = notes.All.OfType<long>().Last();
        output.WriteLine($"{held} held");
        Assert.InRange(held, 50_000, options.MaxUnread + (StackedConnection.IsTls(stack) ? 2 * LongestRecord : 0));
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static async Task SendForever(Peer peer)
    {
        byte[] data = new byte[Piece];
        try
        {
            while (true)
            {
                await peer.Send(data);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or System.IO.IOException or SocketException)
        {
            // It was held back for long enough, or the test is over.
        }
        catch (ObjectDisposedException)
        {
            // The test is over.
        }
    }

    /// <summary>Writes until it is refused, and again when it is told to.</summary>
    private sealed class Pourer(Notes notes, int size = Piece) : ProtocolActor
    {
        private int _written;
        private bool _refused;

        protected override void OnConnected()
        {
            notes.Add(Self);
            Self.Tell("pour");
        }

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

        protected override void OnWriteFailed(WriteFailed failure)
        {
            _refused = true;

            // Without its bytes, which are not to count.
            notes.Add(new WriteFailed(new Write(ReadOnlyMemory<byte>.Empty, failure.Write.Ack), failure.Cause));
        }

        protected override void OnMessage(object message)
        {
            switch (message)
            {
                case "pour":
                    _refused = false;
                    Self.Tell("more");
                    break;
                case "more" when !_refused:
                    Write(new byte[size], _written++);
                    Self.Tell("more");
                    break;
                case "more":
                    break;
                case "written":
                    Sender.Tell(_written);
                    break;
                case "abort":
                    Abort();
                    break;
                default:
                    notes.Add(message);
                    break;
            }
        }

        protected override void OnClosed(Closed closed) => notes.Add(closed);
    }

    /// <summary>Answers every byte with one of its own.</summary>
    private sealed class Dripper(Notes notes) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write("x"u8);
            notes.Add("answered");
            return 1;
        }
    }

    private sealed class Echo : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }
    }

    /// <summary>A plain owner that never says <see cref="Consumed"/>. Layers asked for are put on by a protocol.</summary>
    private sealed class Hoarder(Notes notes) : ProtocolActor
    {
        protected override void OnConnected()
        {
            IActorRef plain = Context.ActorOf(Props.Create(() => new PlainHoarder(notes)));
            Transport.Tell(new Claim(plain), Self);
        }

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
    }

    private sealed class PlainHoarder(Notes notes) : UntypedActor
    {
        private long _total;

        protected override void OnReceive(object message)
        {
            if (message is Received received)
            {
                _total += received.Data.Length;
                notes.Add(_total);
            }
        }
    }
}
