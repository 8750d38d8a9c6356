using System;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Tests.Polling;
using Akka.Reactor.Tests.Protocols;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Selectors;

/// <summary>Engines that misbehave, and descriptors that are not what they were, seen from connections and listeners.</summary>
[Collection(Alone.Name)]
public sealed class EngineFaultSpec(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_connection_that_the_engine_will_not_let_go_is_closed_all_the_same_and_its_owner_told_once()
    {
        FailingPlatform platform = new();
        using TestSystem test = new(platform, "auto", output);
        Bound bound = await test.Bind();
        using Peer bystander = await Peer.ConnectTo(bound);
        test.ExpectMsg<Connected>(Patience);
        int before = Descriptors.CountOpenButFiles();
        for (int round = 0; round < 6; round++)
        {
            using Peer peer = await Peer.ConnectTo(bound);
            Connected connected = test.ExpectMsg<Connected>(Patience);
            platform.FailNextDeregister = new InvalidOperationException("will not let go");
            if (round % 2 == 0)
            {
                peer.Reset();
            }
            else
            {
                connected.Transport.Tell(new Abort());
            }

            test.ExpectMsg<Closed>(Patience);
            await bystander.Send("still here");
            test.ExpectMsg<Received>(Patience);
        }

        test.ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        long started = Stopwatch.GetTimestamp();
        while (Descriptors.CountOpenButFiles() > before)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"{Descriptors.Kinds()}; {before} before");
            await Pause.BetweenLooks();
        }
    }

    [Fact]
    public async Task A_listening_descriptor_that_is_no_socket_any_more_is_reported_once_and_ends_its_listener()
    {
        FailingPlatform platform = new();
        using TestSystem test = new(platform, "auto", output);
        Bound bound = await test.Bind();
        platform.NextAccept = SocketFault.Invalid;
        await AssertLostOnce(
            test,
            bound,
            async () =>
            {
                using Peer peer = await Peer.ConnectTo(bound);
            }
        );
        platform.Sockets.Close(platform.Listening);
    }

    [LinuxTheory("the engines are asked for by name")]
    [InlineData("poll")]
    [InlineData("select")]
    public async Task A_listening_descriptor_closed_underneath_is_reported_once_and_ends_its_listener(string engine)
    {
        FailingPlatform platform = new(engine);
        using TestSystem test = new(platform, engine, output);
        Bound bound = await test.Bind();
        await AssertLostOnce(
            test,
            bound,
            () =>
            {
                platform.Sockets.Close(platform.Listening);

                // Wakes the loop, whose wait began before.
                test.Sys.ActorSelection("/system/reactor-selectors/*").Tell(new Identify(1), ActorRefs.Nobody);
                return Task.CompletedTask;
            }
        );
    }

    private static async Task AssertLostOnce(TestSystem test, Bound bound, Func<Task> lose)
    {
        test.Watch(bound.Listener);
        test.Sys.EventStream.Subscribe(test.TestActor, typeof(Error));
        test.Sys.EventStream.Subscribe(test.TestActor, typeof(Warning));
        await lose();
        object[] told = [test.ExpectMsg<object>(Patience), test.ExpectMsg<object>(Patience)];
        Assert.Contains(
            "the listening socket is lost",
            Assert.Single(told.OfType<Error>()).ToString(),
            StringComparison.Ordinal
        );
        Assert.Single(told.OfType<Terminated>());
        test.ExpectNoMsg(TimeSpan.FromMilliseconds(300));
    }

    private sealed class TestSystem : Akka.TestKit.Xunit2.TestKit
    {
        internal TestSystem(FailingPlatform platform, string name, ITestOutputHelper output)
            : base(platform.CreateSystem($"engine-faults-{name}", TestSettings.OneLoop), output) { }

        internal Task<Bound> Bind() =>
            Sys.Reactor().Bind("tcp://127.0.0.1:0", Props.Create(() => new RecordingProtocol(TestActor)));

        protected override void AfterAll()
        {
            base.AfterAll();
            Assert.True(Sys.Terminate().Wait(Patience));
        }
    }
}
