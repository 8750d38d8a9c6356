using System;
using System.Collections.Generic;
using System.Diagnostics;
using Akka.Reactor.Polling;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

/// <summary>Not beside other tests: they may take the descriptors below 1,024.</summary>
[Engine("select")]
[Collection(Alone.Name)]
public sealed class SelectEngineSpec() : EngineContractSpec(Platforms.Resolve("select"))
{
    private protected override int Crowd => 400;

    private SelectEngine Select => (SelectEngine)Fixture.Engine;

    [EngineFact]
    public void A_descriptor_beyond_the_set_is_refused_by_name_and_costs_nothing_else()
    {
        (Registration one, Registration other) = Fixture.Pair();
        nint high = Fixture.Keep(Descriptors.Reuse((int)Fixture.Dial(), 5000));
        Assert.Equal(5000, high);
        DescriptorLimitException refusal = Assert.Throws<DescriptorLimitException>(() =>
            Fixture.Engine.Register(high, SocketKind.Stream, "too high")
        );
        Assert.Equal(("select", 5000, 1024), (refusal.Engine, refusal.Descriptor, refusal.Limit));
        Assert.Contains("5000", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("1024", refusal.Message, StringComparison.Ordinal);
        Registration next = Fixture.Engine.Register(Fixture.Dial(), SocketKind.Stream, "next");
        Assert.Equal(Math.Max(one.Slot, other.Slot) + 1, next.Slot);
        Fixture.AssertQuiet();
    }

    [EngineFact]
    public void The_highest_descriptor_of_the_set_is_watched()
    {
        (Registration one, Registration other) = Fixture.Pair();
        nint highest = Fixture.Keep(Descriptors.Reuse((int)other.Descriptor, 1023));
        Fixture.Close(other);
        Registration last = Fixture.Engine.Register(highest, SocketKind.Stream, "last");
        Fixture.Engine.SetInterest(last, Interest.Read | Interest.Write);
        Fixture.Send(one, "x");
        Fixture.Await(last, Readiness.Readable | Readiness.Writable);
    }

    [EngineFact]
    public void Bytes_nobody_reads_do_not_keep_it_busy_and_a_reset_behind_them_is_reported()
    {
        (Registration one, Registration other) = Fixture.Pair();
        Fixture.Send(one, "unread");
        Assert.Empty(Fixture.Wait(100));
        long before = Select.Waits;
        long started = Stopwatch.GetTimestamp();
        Assert.Empty(Fixture.Wait(1500));
        TimeSpan took = Stopwatch.GetElapsedTime(started);
        Assert.True(took >= TimeSpan.FromMilliseconds(1499));
        Assert.True(Select.Waits - before <= (took.TotalMilliseconds / SelectEngine.ProbeInterval) + 2);
        Fixture.Reset(one);
        Fixture.Await(other, Readiness.Fault);
    }

    [EngineFact]
    public void A_reader_that_comes_back_is_told_of_what_lay_unread()
    {
        (Registration one, Registration other) = Fixture.Pair();
        Fixture.Send(one, "unread");
        Assert.Empty(Fixture.Wait(100));
        Fixture.Engine.SetInterest(other, Interest.Read);
        Assert.Equal(Readiness.Readable, Fixture.Await(other, Readiness.Readable));
        Assert.Equal("unread", Fixture.Receive(other));
    }

    [Fact]
    public void A_set_knows_its_members()
    {
        DescriptorSet set = default;
        Assert.Equal(-1, set.Highest());
        Assert.Equal(-1, set.Next(0));
        int[] members = [0, 1, 63, 64, 127, 500, 1023];
        foreach (int member in members)
        {
            set.Add(member);
        }

        List<int> found = [];
        for (int member = set.Next(0); member >= 0; member = set.Next(member + 1))
        {
            Assert.True(set.Contains(member));
            found.Add(member);
        }

        Assert.Equal(members, found);
        Assert.Equal(members.Length, set.Count());
        Assert.Equal(1023, set.Highest());
        set.Remove(1023);
        Assert.Equal(500, set.Highest());
        Assert.False(set.Contains(1023));
        Assert.Equal(-1, set.Next(501));
        Assert.Equal(-1, set.Next(1024));
        DescriptorSet other = default;
        other.Add(7);
        Assert.Equal(7, set.With(other).Count());
        unsafe
        {
            Assert.Equal(128, sizeof(DescriptorSet));
        }
    }
}
