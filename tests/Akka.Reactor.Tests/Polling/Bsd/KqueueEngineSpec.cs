using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Polling.Bsd;

/// <summary>On Linux over an emulation: ours, or the one that <c>AKKA_REACTOR_KQUEUE_LIBRARY</c> names.</summary>
[Engine("kqueue")]
public sealed class KqueueEngineSpec() : EngineContractSpec(Platforms.Resolve("kqueue"))
{
    [EngineFact]
    public void A_descriptor_the_system_refuses_takes_no_place()
    {
        Registration before = Fixture.Engine.Register(Fixture.Dial(), SocketKind.Stream, "before");
        for (int i = 0; i < 3; i++)
        {
            Assert.Throws<SocketFaultException>(() =>
                Fixture.Engine.Register(1_000_000, SocketKind.Stream, "no such descriptor")
            );
        }

        Registration after = Fixture.Engine.Register(Fixture.Dial(), SocketKind.Stream, "after");
        Assert.Equal(before.Slot + 1, after.Slot);
    }

    [EngineFact]
    public void Bytes_nobody_reads_do_not_keep_it_busy()
    {
        (Registration one, _) = Fixture.Pair();
        Fixture.Send(one, "unread");
        int waits = 0;
        AwaitThat(() =>
        {
            // One wait may end because of the bytes' arrival, without an event.
            long started = System.Diagnostics.Stopwatch.GetTimestamp();
            Assert.Empty(Fixture.Wait(100));
            Assert.True(++waits <= 3, "It reports over and over what nobody wants to hear.");
            return System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds >= 99;
        });
    }

    [EngineFact]
    public void A_descriptor_closed_under_the_engine_costs_nobody_else() => ClosedUnderneath.Try(Fixture, 19_991);
}

/// <summary>The same engine with FreeBSD's layout of events.</summary>
[Engine("kqueue")]
public sealed class FreeBsdKqueueSpec() : EngineContractSpec(new KqueueEmulation());

[Engine("kqueue")]
public sealed class FreeBsdKqueueChurnSpec(ITestOutputHelper output)
    : EngineChurnSpec(new KqueueEmulation(), output.WriteLine);
