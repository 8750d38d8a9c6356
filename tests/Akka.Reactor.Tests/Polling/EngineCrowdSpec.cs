using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

/// <summary>Five thousand connections on one engine, 10,000 descriptors: a leaf per engine that can.</summary>
[Collection(Alone.Name)]
public abstract class EngineCrowdSpec : IDisposable
{
    private const int Connections = 5000;
    private readonly EngineFixture _fixture;

    private protected EngineCrowdSpec(IPlatform platform) => _fixture = new EngineFixture(platform);

    private IEngine Engine => _fixture.Engine;

    public void Dispose()
    {
        _fixture.Dispose();
        GC.SuppressFinalize(this);
    }

    [EngineFact]
    public void Five_thousand_connections_are_each_reported_and_a_wait_allocates_nothing()
    {
        HashSet<Registration> waiting = [];
        List<Registration> senders = [];
        for (int i = 0; i < Connections; i++)
        {
            nint dialled = _fixture.Dial();
            AcceptResult accepted = default;
            Assert.True(
                SpinWait.SpinUntil(
                    () => (accepted = _fixture.Accept()).Fault == SocketFault.None,
                    TimeSpan.FromSeconds(20)
                )
            );
            senders.Add(Engine.Register(dialled, SocketKind.Stream, "sender"));
            Registration receiver = Engine.Register(accepted.Descriptor, SocketKind.Stream, "receiver");
            Engine.SetInterest(receiver, Interest.Read);
            waiting.Add(receiver);
        }

        Assert.Equal(Connections, waiting.Count);
        foreach (Registration sender in senders)
        {
            _fixture.Send(sender, "x");
        }

        AwaitAll(waiting);

        // One busy connection among the idle: what a round allocates does not depend on how many these are.
        Registration busy = senders[Connections / 2];
        Engine.SetInterest(busy, Interest.Write);
        EngineEvent[] events = new EngineEvent[64];
        Assert.Equal(1, Engine.Wait(events, 20_000));
        long before = GC.GetAllocatedBytesForCurrentThread();
        int reported = 0;
        for (int round = 0; round < 100; round++)
        {
            reported += Engine.Wait(events, 20_000);
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(100, reported);
        Assert.Same(busy, events[0].Registration);
        Assert.Equal(0, allocated);
    }

    private void AwaitAll(HashSet<Registration> waiting)
    {
        long started = Stopwatch.GetTimestamp();
        EngineEvent[] events = new EngineEvent[512];
        byte[] buffer = new byte[16];
        while (waiting.Count > 0)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(60), $"{waiting.Count} are missing.");
            int count = Engine.Wait(events, 1000);
            foreach (EngineEvent engineEvent in events.AsSpan(0, count))
            {
                IoResult result = Engine.Receive(engineEvent.Registration, buffer);
                if (!result.WouldBlock)
                {
                    Assert.Equal(1, result.Count);
                    Assert.True(waiting.Remove(engineEvent.Registration), "It was reported twice for one byte.");
                }
            }

            // By a wait that reports little the loop knows of all that was ready, and times out the others.
            Assert.True(
                count >= events.Length / 4 || waiting.Count == 0,
                $"A wait reported {count} of at most {events.Length}, and {waiting.Count} more were ready."
            );
        }
    }
}

[Engine("epoll")]
[Collection(Alone.Name)]
public sealed class EpollCrowdSpec() : EngineCrowdSpec(Platforms.Resolve("epoll"));

[Engine("poll")]
[Collection(Alone.Name)]
public sealed class PollCrowdSpec() : EngineCrowdSpec(Platforms.Resolve("poll"));

[Engine("kqueue")]
[Collection(Alone.Name)]
public sealed class KqueueCrowdSpec() : EngineCrowdSpec(Platforms.Resolve("kqueue"));

[Engine("io_uring")]
[Collection(Alone.Name)]
public sealed class UringCrowdSpec() : EngineCrowdSpec(Platforms.Resolve("io_uring"));
