using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Listeners;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Tests.Protocols;
using Akka.Reactor.Tests.Selectors;
using Akka.Reactor.Tests.Shared;
using Akka.Reactor.Tests.Transports;
using Xunit;

namespace Akka.Reactor.Tests.Listeners;

/// <summary>A listening socket from which nothing more is to be had: it is tried again, and keeps no loop busy.</summary>
[Trait("Engines", "all")]
public sealed class AcceptFailingSpec
{
    private const int Tries = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Engines => [.. EngineSystem.Engines];

    [LinuxTheory("a listening socket can be shut down")]
    [MemberData(nameof(Engines))]
    public async Task One_that_hangs_up_is_tried_again_after_a_pause(string engine)
    {
        FailingPlatform platform = new(engine);
        using ActorSystem system = CreateSystem(platform);
        Bound bound = await Bind(system, new ListenerOptions());
        await AssertPauses(
            platform,
            bound,
            () =>
            {
                const int BothDirections = 2;
                Assert.Equal(0, Libc.Shutdown((int)platform.Listening, BothDirections));
                return Task.CompletedTask;
            }
        );
        Assert.Equal(22, (await bound.Listener.Ask<ListenerStatus>(new GetStatus(), Patience)).Errno);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    public async Task One_on_which_every_connection_is_aborted_is_tried_again_after_a_pause(int batch)
    {
        FailingPlatform platform = new();
        using ActorSystem system = CreateSystem(platform);
        Bound bound = await Bind(system, new ListenerOptions { AcceptBatch = batch });
        platform.FailAccepts = SocketFault.ConnectionAborted;
        using Peer peer = await Peer.ConnectTo(bound);
        await AssertPauses(platform, bound, () => Task.CompletedTask);

        platform.FailAccepts = SocketFault.None;
        await Until(async () => (await Status(bound)).OpenConnections == 1);
    }

    private static async Task AssertPauses(FailingPlatform platform, Bound bound, Func<Task> begin)
    {
        await begin();
        await Until(async () => (await Status(bound)).State == ListenerState.AcceptFailing);
        long began = Stopwatch.GetTimestamp();
        int accepts = platform.Accepts;
        int waits = platform.Waits;
        await Until(() => Task.FromResult(platform.Accepts >= accepts + Tries));

        // A deadline is never early, so however slow the machine is, no more than these; and a handful of turns for each.
        int tries = platform.Accepts - accepts;
        int turns = platform.Waits - waits;
        Assert.InRange(tries, Tries, 3 + (int)(Stopwatch.GetElapsedTime(began) / Acceptor.Retry));
        Assert.InRange(turns, 1, 20 * tries);
        Assert.Equal(ListenerState.AcceptFailing, (await Status(bound)).State);
    }

    private static Task<ListenerStatus> Status(Bound bound) =>
        bound.Listener.Ask<ListenerStatus>(new GetStatus(), Patience);

    private static async Task Until(Func<Task<bool>> condition)
    {
        using CancellationTokenSource deadline = new(Patience);
        while (!await condition())
        {
            await Pause.BetweenLooks(deadline.Token);
        }
    }

    private static ActorSystem CreateSystem(FailingPlatform platform) =>
        platform.CreateSystem("accepting", TestSettings.Silent);

    private static Task<Bound> Bind(ActorSystem system, ListenerOptions options) =>
        system.Reactor().Bind("tcp://127.0.0.1:0", Props.Create<RecordingProtocol>(ActorRefs.Nobody), options);
}
