using System;
using System.Globalization;
using System.IO;
using Akka.Reactor.Polling;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

// What a wait costs while sockets are in states that last.
public abstract partial class EngineContractSpec
{
    private static readonly TimeSpan MostWork = TimeSpan.FromMilliseconds(100);

    [EngineFact]
    public void A_peer_that_has_finished_costs_nothing_while_nobody_reads()
    {
        (Registration one, _) = _fixture.Pair();
        _fixture.Sockets.ShutdownWrite(one.Descriptor);
        AssertRests();
    }

    [EngineFact]
    public void A_peer_that_has_finished_and_was_read_to_the_end_costs_nothing()
    {
        (Registration one, Registration other) = _fixture.Pair();
        Engine.SetInterest(other, Interest.Read);
        _fixture.Send(one, "abc");
        _fixture.Sockets.ShutdownWrite(one.Descriptor);
        _fixture.Await(other, Readiness.Readable);
        Assert.Equal("abc", _fixture.Receive(other));
        _fixture.Await(other, Readiness.Readable);
        Assert.Equal("", _fixture.Receive(other));
        Engine.SetInterest(other, Interest.None);
        AssertRests();
    }

    [EngineFact]
    public void A_peer_that_has_finished_and_reads_no_more_costs_nothing_while_a_send_waits_for_it()
    {
        (Registration one, Registration other) = _fixture.Pair();
        _fixture.Sockets.ShutdownWrite(one.Descriptor);
        Fill(other);
        Engine.SetInterest(other, Interest.Write);
        AssertRests();

        // And it is told when there is room again, for as long as there is.
        Empty(one);
        Assert.Equal(Readiness.Writable, _fixture.Await(other, Readiness.Writable));
        Assert.Equal(Readiness.Writable, _fixture.Await(other, Readiness.Writable));
        Engine.SetInterest(other, Interest.None);
        AssertRests();
    }

    [EngineFact]
    public void A_reset_behind_a_fin_is_told_while_nobody_reads()
    {
        (Registration one, Registration other) = _fixture.Pair();
        _fixture.Send(other, "never read, so that its reader's close is a reset");
        _fixture.Sockets.ShutdownWrite(one.Descriptor);
        AssertRests();
        _fixture.Reset(one);
        _fixture.Await(other, Readiness.Fault);
    }

    private void Fill(Registration registration)
    {
        byte[] bytes = new byte[64 * 1024];
        while (_fixture.TrySend(registration, bytes).Succeeded) { }
    }

    private void Empty(Registration registration)
    {
        byte[] bytes = new byte[64 * 1024];
        Engine.SetInterest(registration, Interest.Read);
        while (Array.Exists(_fixture.Wait(50), ready => ready.Registration == registration))
        {
            Engine.Receive(registration, bytes);
        }

        Engine.SetInterest(registration, Interest.None);
    }

    // A third of a second in which nothing is reported, and the thread rests.
    private void AssertRests()
    {
        // What was under way is told first.
        for (int i = 0; i < 10; i++)
        {
            _fixture.Wait(0);
        }

        // A wait that spins does so each time; a virtual machine that stood still meanwhile counts that as work, now and then.
        TimeSpan least = TimeSpan.MaxValue;
        for (int i = 0; i < 3 && least >= MostWork; i++)
        {
            TimeSpan before = ProcessorTime();
            Assert.Empty(_fixture.Wait(330));
            TimeSpan took = ProcessorTime() - before;
            least = took < least ? took : least;
        }

        Assert.True(least < MostWork, $"A wait of 330 ms took {least.TotalMilliseconds} ms of a processor.");
    }

    // Of this thread; 0 where the system does not tell. Under Wine the file is there, and is another program's, which opens it for us.
    private static TimeSpan ProcessorTime()
    {
        const string Statistics = "/proc/thread-self/schedstat";
        return OperatingSystem.IsLinux()
            ? TimeSpan.FromMicroseconds(
                long.Parse(File.ReadAllText(Statistics).Split(' ')[0], CultureInfo.InvariantCulture) / 1000
            )
            : TimeSpan.Zero;
    }
}
