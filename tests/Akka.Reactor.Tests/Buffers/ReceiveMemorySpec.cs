using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Akka.Reactor.Buffers;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Buffers;

public sealed class ReceiveMemorySpec(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(100, 64 * 1024, 100)]
    [InlineData(64 * 1024, 0, 64 * 1024)]
    [InlineData(256 * 1024, 0, 64 * 1024)]
    [InlineData(64 * 1024, 16 * 1024, 18 * 1024)]
    [InlineData(17_000, 16 * 1024, 17_000)]
    [InlineData(256 * 1024, 64 * 1024, 64 * 1024)]
    public void There_is_room_for_what_is_expected_and_never_more_than_asked_for(int max, int expected, int room)
    {
        ReceiveMemory memory = new();
        Assert.Equal(room, memory.Room(max, expected).Length);
    }

    [Theory]
    [InlineData(64, 64 * 1024, 64)]
    [InlineData(1024, 1024, 2048)]
    [InlineData(64 * 1024, 64 * 1024, 64 * 1024)]
    public void Whoever_fills_the_room_is_expected_to_have_more(int count, int room, int expected) =>
        Assert.Equal(expected, ReceiveMemory.Expect(count, room));

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(5_000)]
    [InlineData(9_000)]
    [InlineData(16 * 1024)]
    [InlineData(60_000)]
    public void What_is_kept_keeps_no_more_alive_than_twice_itself(int count)
    {
        foreach (int expected in (int[])[0, 9_000, 16 * 1024, 64 * 1024])
        {
            ReceiveMemory memory = new();
            int room = memory.Room(64 * 1024, expected).Length;
            ReadOnlyMemory<byte> taken = memory.Take(Math.Min(count, room));
            Assert.True(MemoryMarshal.TryGetArray(taken, out ArraySegment<byte> segment));
            Assert.InRange(segment.Array!.Length, taken.Length, (2 * taken.Length) + 1);
        }
    }

    [Fact]
    public void What_was_expected_to_be_long_is_received_in_place()
    {
        ReceiveMemory memory = new();
        Span<byte> room = memory.Room(64 * 1024, 16 * 1024);
        Assert.True(room.Overlaps(memory.Take(16 * 1024).Span));
        Assert.False(room.Overlaps(memory.Room(64 * 1024, 16 * 1024)));
    }

    [Fact]
    public void What_was_given_back_serves_the_next_long_receive()
    {
        ReceiveMemory memory = new();
        memory.Room(64 * 1024, 16 * 1024);
        ReadOnlyMemory<byte> taken = memory.Take(16 * 1024);
        memory.Release(taken);
        Assert.False(memory.Room(64 * 1024, 0).Overlaps(taken.Span));
        Assert.True(memory.Room(64 * 1024, 16 * 1024).Overlaps(taken.Span));
        memory.Take(16 * 1024);
        Assert.False(memory.Room(64 * 1024, 16 * 1024).Overlaps(taken.Span));
    }

    [Fact]
    public void Short_memory_that_is_given_back_is_let_go()
    {
        ReceiveMemory memory = new();
        memory.Room(64 * 1024, 0);
        ReadOnlyMemory<byte> taken = memory.Take(1000);
        memory.Release(taken);
        Assert.False(memory.Room(1000, 0).Overlaps(taken.Span));
        Assert.False(memory.Room(64 * 1024, 16 * 1024).Overlaps(taken.Span));
    }

    [Fact]
    public void A_receive_of_nothing_takes_nothing()
    {
        ReceiveMemory memory = new();
        memory.Room(10, 0)[0] = 7;
        Assert.True(memory.Take(0).IsEmpty);
    }

    [Fact]
    public void Memory_once_taken_is_never_written_again()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        ReceiveMemory memory = new();
        List<(ReadOnlyMemory<byte> Taken, byte[] Copy)> taken = [];
        for (int i = 0; i < 2000; i++)
        {
            Span<byte> room = memory.Room(random.Next(1, 100_000), random.Next(ReceiveMemory.MaxReceive + 1));
            random.NextBytes(room);
            int count = random.Next(room.Length + 1) / random.Next(1, 50);
            byte[] copy = room[..count].ToArray();
            if (random.Next(10) > 0)
            {
                taken.Add((memory.Take(count), copy));
            }

            if (taken.Count > 0 && random.Next(3) == 0)
            {
                int given = random.Next(taken.Count);
                memory.Release(taken[given].Taken);
                taken.RemoveAt(given);
            }
        }

        Assert.All(taken, pair => Assert.True(pair.Taken.Span.SequenceEqual(pair.Copy)));
    }
}
