using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Transports;

/// <summary>
/// Memory that a protocol does not keep is received into again: never before what was written of it has left, and never
/// where somebody else may have a part of it.
/// </summary>
[Trait("Engines", "all")]
public sealed class GivenBackSpec(ITestOutputHelper output)
{
    private const int Blocks = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string, string> EnginesAndStacks => EngineSystem.Over(EngineSystem.Stacks);

    // A peer that does not read at first, and slowly then, leaves some writes waiting, and others are refused.
    [Theory]
    [MemberData(nameof(EnginesAndStacks))]
    public async Task What_was_written_of_it_leaves_unchanged_and_what_was_refused_can_be_written_again(
        string engine,
        string stack
    )
    {
        await using EngineSystem system = new(engine);
        ConnectionOptions options = new()
        {
            HighWater = 40 * 1024,
            LowWater = 16 * 1024,
            WriteQueueLimit = 40 * 1024,
            Socket = new SocketOptions { SendBuffer = 32 * 1024 },
        };
        Notes notes = new();
        Bound bound = await system.Bind(Props.Create(() => new CarefulEcho(notes)), options, stack);
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Task refused = notes.WaitFor<WriteRefusedException>(1);
        await Task.WhenAll(Enumerable.Range(seed, 6).Select(each => EchoSlowly(bound, stack, each, refused)));
        output.WriteLine($"{notes.All.Count} writes were refused");
    }

    [Theory]
    [MemberData(nameof(EnginesAndStacks))]
    public async Task Who_keeps_what_was_received_has_it_for_good_next_to_one_who_does_not(string engine, string stack)
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        Bound keeping = await system.Bind(Props.Create(() => new Keeper(notes)), ConnectionOptions.Default, stack);
        Bound echoing = await system.Bind(Props.Create(() => new CarefulEcho(notes)), ConnectionOptions.Default, stack);
        using Peer kept = await StackedConnection.Connect(keeping, stack);
        using Peer echoed = await StackedConnection.Connect(echoing, stack);
        Random random = new(1);
        List<byte> sent = [];
        for (int i = 0; i < Blocks; i++)
        {
            byte[] block = RandomBytes(random);
            await kept.Send(block);
            sent.AddRange(block);
            byte[] other = RandomBytes(random);
            await echoed.Send(other);
            byte[] back = await echoed.ReceiveExactly(other.Length);
            Assert.True(other.AsSpan().SequenceEqual(back), $"echo {i}");
        }

        kept.Finish();
        await notes.WaitFor<Closed>();
        byte[] all = [.. notes.All.OfType<ReadOnlySequence<byte>>().SelectMany(part => part.ToArray())];
        Assert.True(all.AsSpan().SequenceEqual(sent.ToArray()));
    }

    // The protocol before it had the first half of the same memory, and keeps it.
    [Theory]
    [MemberData(nameof(EnginesAndStacks))]
    public async Task What_a_predecessor_keeps_is_not_its_successors_to_give_back(string engine, string stack)
    {
        await using EngineSystem system = new(engine);
        Notes notes = new();
        Bound bound = await system.Bind(Props.Create(() => new Predecessor(notes)), ConnectionOptions.Default, stack);
        using Peer peer = await StackedConnection.Connect(bound, stack);
        Random random = new(2);
        byte[] handedOver = [];
        for (int i = 0; i < Blocks; i++)
        {
            // All of the same size, so that each would fit where the one before it was.
            byte[] block = new byte[2 * Predecessor.Half];
            random.NextBytes(block);
            bool swaps = i == Predecessor.EchoesFirst;
            handedOver = swaps ? block : handedOver;
            await peer.Send(block);
            byte[] expected = swaps ? block[Predecessor.Half..] : block;
            byte[] back = await peer.ReceiveExactly(expected.Length);
            Assert.True(expected.AsSpan().SequenceEqual(back), $"echo {i}");
        }

        ReadOnlySequence<byte> kept = notes.All.OfType<ReadOnlySequence<byte>>().Single();
        Assert.True(handedOver.AsSpan(0, Predecessor.Half).SequenceEqual(kept.ToArray()));
    }

    private static async Task EchoSlowly(Bound bound, string stack, int seed, Task begin)
    {
        using Peer peer = await StackedConnection.Connect(bound, stack, receiveBuffer: 16 * 1024);
        Random random = new(seed);
        byte[] all = [.. Enumerable.Range(0, Blocks).SelectMany(_ => RandomBytes(random))];
        Task sending = peer.Send(all);
        await begin;
        byte[] buffer = new byte[32 * 1024];
        for (int at = 0, reads = 1; at < all.Length; reads++)
        {
            int count = await peer.ReceiveInto(buffer);
            Assert.True(buffer.AsSpan(0, count).SequenceEqual(all.AsSpan(at, count)), $"at {at}");
            at += count;
            if (reads % 16 == 0)
            {
                await Pause.For(TimeSpan.FromMilliseconds(1), "a peer that reads slowly");
            }
        }

        await sending.WaitAsync(Patience);
    }

    private static byte[] RandomBytes(Random random)
    {
        byte[] bytes = new byte[random.Next(1, 60_000)];
        random.NextBytes(bytes);
        return bytes;
    }

    /// <summary>Keeps nothing but the writes that were refused, in their order.</summary>
    private sealed class CarefulEcho(Notes notes) : ProtocolActor
    {
        private const int Most = 12 * 1024;
        private readonly Queue<ReadOnlySequence<byte>> _refused = [];

        protected override bool KeepsReceived => false;

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            for (long at = 0; at < data.Length; at += Most)
            {
                Write(data.Slice(at, Math.Min(Most, data.Length - at)));
            }

            return data.Length;
        }

        protected override void OnWriteFailed(WriteFailed failure)
        {
            if (failure.Cause is WriteRefusedException)
            {
                notes.Add(failure.Cause);
                _refused.Enqueue(((Write)failure.Write).Data);
                SuspendReading();
            }
        }

        protected override void OnWritable()
        {
            for (int count = _refused.Count; count > 0; count--)
            {
                Write(_refused.Dequeue());
            }

            ResumeReading();
        }
    }

    private sealed class Keeper(Notes notes) : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            notes.Add(data);
            return data.Length;
        }

        protected override void OnClosed(Closed closed) => notes.Add(closed);
    }

    private sealed class Predecessor(Notes notes) : ProtocolActor
    {
        internal const int Half = 12 * 1024;
        internal const int EchoesFirst = 4;
        private long _echoed;

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            if (_echoed < EchoesFirst * 2 * Half)
            {
                _echoed += data.Length;
                Write(data);
                return data.Length;
            }

            if (data.Length < 2 * Half)
            {
                return 0;
            }

            notes.Add(data.Slice(0, Half));
            SwapProtocol(Props.Create(() => new CarefulEcho(notes)));
            return Half;
        }
    }
}
