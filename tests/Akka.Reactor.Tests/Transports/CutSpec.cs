using System;
using System.Buffers;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Tests.Transports;

/// <summary>A protocol that has not sent the whole closes for a reason, or its peer resets it: what was sent still arrives.</summary>
[Trait("Engines", "all")]
public sealed class CutSpec
{
    private static readonly byte[] Data = new byte[1_000_000];
    private static readonly ConnectionOptions Large = new() { WriteQueueLimit = 64 * 1024 * 1024 };

    static CutSpec() => new Random(1).NextBytes(Data);

    public static TheoryData<string, string> EnginesAndStacks =>
        EngineSystem.Over(EngineSystem.SomeEngines, ["", "tls"]);

    [Theory]
    [MemberData(nameof(EnginesAndStacks))]
    public async Task A_slow_reader_gets_everything_and_learns_that_it_is_not_the_whole(string engine, string stack)
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        Bound bound = await system.Bind(Props.Create(() => new Cutter(notes)), Large, stack);
        using Peer peer = await StackedConnection.Connect(bound, stack, receiveBuffer: 16 * 1024);
        int received = 0;
        while (received < Data.Length)
        {
            byte[] part = await peer.Receive();
            Assert.NotEmpty(part);
            Assert.True(part.AsSpan().SequenceEqual(Data.AsSpan(received, part.Length)), $"at {received}");
            received += part.Length;
            await Pause.For(TimeSpan.FromMilliseconds(1), "the peer reads slowly");
        }

        await AssertCut(peer, stack);
        Closed closed = await notes.WaitFor<Closed>();
        Assert.Equal(CloseReason.ProtocolViolation, closed.Reason);
        Assert.IsType<PeerViolationException>(closed.Cause);
    }

    [Theory]
    [MemberData(nameof(EnginesAndStacks))]
    public async Task Without_anything_to_deliver_the_end_comes_at_once(string engine, string stack)
    {
        await using EngineSystem system = new(engine);
        Bound bound = await system.Bind(Props.Create(() => new Mute()), Large, stack);
        using Peer peer = await StackedConnection.Connect(bound, stack);
        await peer.Send("x");
        await AssertCut(peer, stack);
    }

    [Theory]
    [MemberData(nameof(EnginesAndStacks))]
    public async Task One_that_reads_to_the_end_gets_what_came_before_a_reset_although_it_had_suspended(
        string engine,
        string stack
    )
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        Bound bound = await system.Bind(Props.Create(() => new Sleeper(notes)), Large, stack);
        using Peer peer = await StackedConnection.Connect(bound, stack);
        IActorRef sleeper = await notes.WaitFor<IActorRef>();

        // What the kernel takes of it though nobody reads.
        byte[] sent = Data[..150_000];
        await peer.Send(sent);
        await Pause.For(TimeSpan.FromMilliseconds(200), "what was sent has arrived");
        peer.Reset();
        await Pause.For(TimeSpan.FromMilliseconds(200), "the reset has arrived");
        Assert.Empty(notes.All.OfType<Closed>());
        sleeper.Tell("wake");
        Closed closed = await notes.WaitFor<Closed>();
        Assert.Equal(CloseReason.Reset, closed.Reason);
        Assert.IsType<ConnectionResetException>(closed.Cause);
        Assert.True(notes.All.OfType<byte[]>().SelectMany(part => part).SequenceEqual(sent));
    }

    [Theory]
    [MemberData(nameof(EnginesAndStacks))]
    public async Task What_it_writes_to_one_that_has_reset_costs_it_nothing_of_what_it_has_to_read(
        string engine,
        string stack
    )
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        Bound bound = await system.Bind(Props.Create(() => new Sleeper(notes)), Large, stack);
        using Peer peer = await StackedConnection.Connect(bound, stack);
        IActorRef sleeper = await notes.WaitFor<IActorRef>();
        byte[] sent = Data[..150_000];
        await peer.Send(sent);
        await Pause.For(TimeSpan.FromMilliseconds(200), "what was sent has arrived");
        peer.Reset();
        sleeper.Tell("write");
        await Pause.For(TimeSpan.FromMilliseconds(200), "the write has met the reset");
        sleeper.Tell("wake");
        Assert.Equal(CloseReason.Reset, (await notes.WaitFor<Closed>()).Reason);
        Assert.True(notes.All.OfType<byte[]>().SelectMany(part => part).SequenceEqual(sent));
    }

    /// <summary>The bytes lie in the kernel, unread, when the write finds that the peer has reset the connection.</summary>
    [Theory]
    [MemberData(nameof(EnginesAndStacks))]
    public async Task A_write_that_meets_a_reset_costs_nothing_of_what_came_before_it(string engine, string stack)
    {
        foreach (bool readsToEnd in (bool[])[true, false])
        {
            await using EngineSystem system = new(engine);
            Notes notes = new();
            using ManualResetEventSlim held = new();
            Bound bound = await system.Bind(Props.Create(() => new Busy(notes, held, readsToEnd)), Large, stack);
            using Peer peer = await StackedConnection.Connect(bound, stack);
            // More than is received at one time, and no more than the kernel takes although nobody reads.
            byte[] sent = Data[..110_000];
            await peer.Send(sent.AsMemory(0, 1000));
            await notes.WaitFor<byte[]>();
            await peer.Send(sent.AsMemory(1000));
            await Pause.For(TimeSpan.FromMilliseconds(200), "what was sent has arrived");
            peer.Reset();
            held.Set();
            Assert.Equal(CloseReason.Reset, (await notes.WaitFor<Closed>()).Reason);
            byte[] received = [.. notes.All.OfType<byte[]>().SelectMany(part => part)];
            Assert.Equal(sent.Length, received.Length);
            Assert.Equal(sent, received);
        }
    }

    // TLS says it itself; that there is no close_notify is shown in the relay's tests.
    private static async Task AssertCut(Peer peer, string stack)
    {
        if (StackedConnection.IsTls(stack))
        {
            Assert.Empty(await peer.Receive());
            return;
        }

        IOException failure = await Assert.ThrowsAsync<IOException>(() => peer.Receive());
        Assert.Equal(
            SocketError.ConnectionReset,
            Assert.IsType<SocketException>(failure.InnerException).SocketErrorCode
        );
    }

    private sealed class Cutter(Notes notes) : ProtocolActor
    {
        protected override void OnConnected()
        {
            Write(Data);
            Close(new PeerViolationException("for the test"));
        }

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

        protected override void OnClosed(Closed closed) => notes.Add(closed);
    }

    private sealed class Mute : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Close(new PeerViolationException("for the test"));
            return data.Length;
        }
    }

    private sealed class Busy(Notes notes, ManualResetEventSlim held, bool readsToEnd) : ProtocolActor
    {
        private bool _wrote;

        protected override bool ReadsToEnd => readsToEnd;

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            notes.Add(data.ToArray());
            if (!_wrote)
            {
                _wrote = true;
                held.Wait(TimeSpan.FromSeconds(20));
                Write("answer"u8);
            }

            return data.Length;
        }

        protected override void OnWriteFailed(WriteFailed failure) { }

        protected override void OnClosed(Closed closed) => notes.Add(closed);
    }

    private sealed class Sleeper(Notes notes) : ProtocolActor
    {
        protected override bool ReadsToEnd => true;

        protected override void OnConnected()
        {
            SuspendReading(readAhead: true);
            notes.Add(Self);
        }

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            notes.Add(data.ToArray());
            return data.Length;
        }

        protected override void OnClosed(Closed closed) => notes.Add(closed);

        protected override void OnMessage(object message)
        {
            switch (message)
            {
                case "wake":
                    ResumeReading();
                    break;
                case "write":
                    Write(new byte[300_000]);
                    Write(new byte[300_000]);
                    break;
            }
        }
    }
}
