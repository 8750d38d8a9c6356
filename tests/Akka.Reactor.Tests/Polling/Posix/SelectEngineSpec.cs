using System;
using System.Diagnostics;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Polling.Posix;

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
        nint high = Fixture.Keep(Descriptors.Reuse((int)other.Descriptor, 5000));
        Assert.Equal(5000, high);
        DescriptorLimitException refusal = Assert.Throws<DescriptorLimitException>(() =>
            Fixture.Engine.Register(high, SocketKind.Stream, "too high")
        );
        Assert.Equal(("select", 5000, 1024), (refusal.Engine, refusal.Descriptor, refusal.Limit));
        Assert.Contains("5000", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("1024", refusal.Message, StringComparison.Ordinal);
        Fixture.AssertQuiet();
        Fixture.Engine.SetInterest(other, Interest.Read);
        Fixture.Send(one, "x");
        Fixture.Await(other, Readiness.Readable);
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

    [EngineFact]
    public void A_descriptor_closed_under_the_engine_is_reported_once_and_costs_nobody_else()
    {
        Readiness[] reported = ClosedUnderneath.Try(Fixture, 1020);
        Assert.Equal([Readiness.Fault, Readiness.Fault, Readiness.Fault], reported);
    }
}
