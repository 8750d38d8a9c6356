using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using Akka.Reactor.Buffers;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Buffers;

public sealed class InboundBufferSpec(ITestOutputHelper output)
{
    [Fact]
    public void An_empty_buffer_offers_an_empty_sequence()
    {
        InboundBuffer buffer = new();
        Assert.True(buffer.Sequence.IsEmpty);
        Assert.Equal(0, buffer.Length);
        buffer.Append(default);
        buffer.Append(Sequences.Of([], []));
        Assert.True(buffer.Sequence.IsEmpty);
        buffer.Consume(0);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void More_than_is_held_cannot_be_consumed(long count)
    {
        InboundBuffer buffer = new();
        buffer.Append(new ReadOnlySequence<byte>("abc"u8.ToArray()));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Consume(count));
        Assert.Equal("abc"u8, buffer.Sequence.ToArray());
    }

    [Fact]
    public void A_drip_is_kept_in_few_pieces()
    {
        byte[] data = Sequences.Bytes(new Random(1), 20_000);
        InboundBuffer buffer = new();
        foreach (byte one in data)
        {
            buffer.Append(new ReadOnlySequence<byte>([one]));
        }

        Assert.Equal(data, buffer.Sequence.ToArray());
        int pieces = 0;
        foreach (ReadOnlyMemory<byte> _ in buffer.Sequence)
        {
            pieces++;
        }

        Assert.InRange(pieces, 1, 12);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_rest_of_a_large_piece_does_not_keep_the_whole_piece(bool consumedBefore)
    {
        (InboundBuffer buffer, WeakReference array) = Keep();
        GC.Collect();
        Assert.False(array.IsAlive);
        Assert.Equal([.. Sequences.Bytes(new Random(2), 60_000).AsSpan(50_000), 1, 2], buffer.Sequence.ToArray());

        // In a method of its own, so that no local variable keeps the array.
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        (InboundBuffer Buffer, WeakReference Array) Keep()
        {
            byte[] data = Sequences.Bytes(new Random(2), 60_000);
            InboundBuffer kept = new();
            kept.Append(new ReadOnlySequence<byte>(data.AsMemory(consumedBefore ? 50_000 : 0)));
            kept.Append(new ReadOnlySequence<byte>([1, 2]));
            kept.Consume(consumedBefore ? 0 : 50_000);
            return (kept, new WeakReference(data));
        }
    }

    [Fact]
    public void A_blast_is_not_copied()
    {
        byte[] data = Sequences.Bytes(new Random(2), 60_000);
        InboundBuffer buffer = new();
        buffer.Append(new ReadOnlySequence<byte>(data));
        Assert.True(buffer.Sequence.IsSingleSegment);
        Assert.True(buffer.Sequence.FirstSpan.Overlaps(data));
    }

    [Fact]
    public void Every_split_of_appending_and_consuming_offers_the_same_bytes()
    {
        byte[] data = [.. Enumerable.Range(0, 24).Select(i => (byte)i)];
        for (int cut = 0; cut <= data.Length; cut++)
        {
            for (int consumed = 0; consumed <= cut; consumed++)
            {
                for (int rest = 0; rest <= data.Length - consumed; rest++)
                {
                    InboundBuffer buffer = new();
                    buffer.Append(new ReadOnlySequence<byte>(data[..cut]));
                    buffer.Consume(consumed);
                    Assert.Equal(data[consumed..cut], buffer.Sequence.ToArray());
                    buffer.Append(new ReadOnlySequence<byte>(data[cut..]));
                    buffer.Consume(rest);
                    Assert.Equal(data[(consumed + rest)..], buffer.Sequence.ToArray());
                }
            }
        }
    }

    [Fact]
    public void Behaves_as_a_list_of_bytes_would_and_never_changes_what_it_handed_out()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        for (int round = 0; round < 200; round++)
        {
            Compare(random);
        }
    }

    private static void Compare(Random random)
    {
        InboundBuffer buffer = new();
        List<byte> expected = [];
        List<(ReadOnlySequence<byte> Offered, byte[] Copy)> offered = [];
        for (int step = 0; step < 60; step++)
        {
            if (random.Next(5) < 3)
            {
                int length = random.Next(6) switch
                {
                    0 => 1,
                    1 => random.Next(2040, 2060),
                    2 => random.Next(2049, 9000),
                    _ => random.Next(0, 300),
                };
                byte[] data = Sequences.Bytes(random, length);
                expected.AddRange(data);
                buffer.Append(random.Next(2) == 0 ? new ReadOnlySequence<byte>(data) : Sequences.Cut(data, random));
            }
            else
            {
                int count = random.Next(4) == 0 ? expected.Count : random.Next(expected.Count + 1);
                expected.RemoveRange(0, count);
                buffer.Consume(count);
            }

            byte[] copy = [.. expected];
            Assert.Equal(copy.Length, buffer.Length);
            ReadOnlySequence<byte> sequence = buffer.Sequence;
            Assert.Equal(copy.Length, sequence.Length);
            Assert.Equal(copy, sequence.ToArray());
            offered.Add((sequence, copy));
        }

        Assert.All(offered, pair => Assert.Equal(pair.Copy, pair.Offered.ToArray()));
    }
}
