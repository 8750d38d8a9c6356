using System;
using System.Collections.Generic;
using Akka.Reactor.Buffers;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Buffers;

public sealed class ReceiveSlabSpec(ITestOutputHelper output)
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(100, 1024)]
    [InlineData(64 * 1024, 16 * 1024)]
    [InlineData(256 * 1024, 1024)]
    public void Room_is_never_more_than_asked_for_and_at_least_what_is_worth_a_receive(int max, int worth)
    {
        ReceiveSlab slab = new();
        for (int i = 0; i < 200; i++)
        {
            int room = slab.Room(max, worth).Length;
            Assert.InRange(room, Math.Min(worth, max), Math.Min(max, ReceiveSlab.Size));
            slab.Take(Math.Min(room, 1000));
        }
    }

    [Fact]
    public void What_is_not_taken_is_offered_again()
    {
        ReceiveSlab slab = new();
        slab.Room(10, 1)[3] = 42;
        slab.Take(3);
        Assert.Equal(42, slab.Room(10, 1)[0]);
    }

    [Fact]
    public void A_receive_of_nothing_takes_nothing()
    {
        ReceiveSlab slab = new();
        slab.Room(10, 1)[0] = 7;
        Assert.True(slab.Take(0).IsEmpty);
        Assert.Equal(7, slab.Room(10, 1)[0]);
    }

    [Fact]
    public void Memory_once_taken_is_never_written_again()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        ReceiveSlab slab = new();
        List<(ReadOnlyMemory<byte> Taken, byte[] Copy)> taken = [];
        for (int i = 0; i < 5000; i++)
        {
            Span<byte> room = slab.Room(random.Next(1, ReceiveSlab.Size), random.Next(1, 16 * 1024));
            random.NextBytes(room);
            int count = random.Next(room.Length + 1) / random.Next(1, 50);
            byte[] copy = room[..count].ToArray();
            taken.Add((slab.Take(count), copy));
        }

        Assert.All(taken, pair => Assert.True(pair.Taken.Span.SequenceEqual(pair.Copy)));
    }
}
