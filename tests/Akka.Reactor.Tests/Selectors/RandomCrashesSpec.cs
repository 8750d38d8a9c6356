using System;
using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Reactor.Tests.Polling;
using Akka.Reactor.Tests.Shared;
using Akka.Reactor.Tests.Transports;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Tests.Selectors;

/// <summary>
/// Every 100 ms, for 30 s (AKKA_REACTOR_SOAK=1; 4 s without), a protocol, a layer, a selector or an acceptor is killed or
/// throws while connections come, talk and go. Afterwards everything works, and nothing has leaked.
/// </summary>
[Collection(Alone.Name)]
[Trait("Engines", "all")]
public sealed class RandomCrashesSpec(ITestOutputHelper output)
{
    private const int Clients = 40;
    private const int Kinds = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(Soak.Scale(40, 100));
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(Soak.Scale(4, 30));
    private static readonly int Afterwards = Soak.Scale(300, 1000);

    public static TheoryData<string> EnginesHere => [.. EngineSystem.SomeEngines];

    [Theory]
    [MemberData(nameof(EnginesHere))]
    public async Task After_half_a_minute_of_crashes_everything_works_and_no_descriptor_has_leaked(string engine)
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        Living living = new();
        FailingPlatform platform = new(engine);
        using ActorSystem system = platform.CreateSystem(
            "chaos",
            "akka { loglevel = OFF, stdout-loglevel = OFF }\n" + TestSettings.TwoLoops
        );
        Bound bound = await system
            .Reactor()
            .Bind(
                "tcp://127.0.0.1:0",
                Props.Create(() => new Echo(living)),
                system.Reactor().ListenerDefaults with
                {
                    Name = "chaos",
                    Layers = [new Layer("fragile", lower => Props.Create(() => new Fragile(lower, living)))],
                }
            );

        // The runtime takes descriptors of its own when many sockets of the clients are busy for the first time.
        using (CancellationTokenSource warm = new(TimeSpan.FromSeconds(1)))
        {
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Talk(bound, client, warm.Token)))
                .WaitAsync(Patience);
        }

        await AwaitThat(() => living.All.IsEmpty, () => "the first connections to end");
        int before = Descriptors.CountOpenButFiles();
        string kindsBefore = Descriptors.Kinds();
        Dictionary<string, int> crashes = new(StringComparer.Ordinal);
        using CancellationTokenSource over = new();
        Task<(int Served, int Lost)>[] clients =
        [
            .. Enumerable.Range(0, Clients).Select(client => Talk(bound, seed + client, over.Token)),
        ];
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < Duration)
        {
            string crash = Crash(random, system, platform, living);
            crashes[crash] = crashes.GetValueOrDefault(crash) + 1;
            await Pause.For(Interval, "connections come and go between two crashes");
        }

        await over.CancelAsync();
        (int Served, int Lost)[] talks = await Task.WhenAll(clients).WaitAsync(Patience);
        output.WriteLine(
            $"seed {seed}; {string.Join(", ", crashes.Select(crash => $"{crash.Value} x {crash.Key}"))}; "
                + $"{talks.Sum(talk => talk.Served)} connections served, {talks.Sum(talk => talk.Lost)} lost meanwhile"
        );
        Assert.True(talks.Sum(talk => talk.Served) > Clients, "Hardly anybody was served meanwhile.");
        Assert.True(talks.Sum(talk => talk.Lost) > 0, "No crash has met a connection: the test has shown nothing.");
        Assert.Equal(Kinds, crashes.Count);

        // What was to happen to the next wait or accept, and has not happened yet.
        platform.FailNextWait = null;
        platform.FailNextAccept = null;
        await AwaitAllClosed(bound);
        await AwaitThat(() => living.All.IsEmpty, () => $"{living.All.Count} actors to end");
        long accepted = (await bound.Listener.Ask<ListenerStatus>(new GetStatus(), Patience)).AcceptedConnections;
        living.Count();
        for (int i = 0; i < Afterwards; i++)
        {
            using Peer peer = await Peer.ConnectTo(bound);
            await Echoes(peer, i);
        }

        // Each has got one protocol and one layer of its own, and no second one.
        ListenerStatus status = await AwaitAllClosed(bound);
        Assert.Equal(accepted + Afterwards, status.AcceptedConnections);
        await AwaitThat(() => living.All.IsEmpty, () => $"{living.All.Count} actors to end");
        Assert.Equal(2 * Afterwards, living.Started);
        Assert.Equal(2 * Afterwards, living.Stopped);
        Assert.True(status.Accepting);
        await AwaitThat(
            () => Descriptors.CountOpenButFiles() <= before,
            () => $"descriptors to be closed; open are {Descriptors.Kinds()}; before there were {kindsBefore}"
        );
        await system.Terminate().WaitAsync(Patience);
    }

    private static string Crash(Random random, ActorSystem system, FailingPlatform platform, Living living)
    {
        IActorRef[] actors = [.. living.All.Keys];
        IActorRef victim = actors.Length > 0 ? actors[random.Next(actors.Length)] : ActorRefs.Nobody;
        string selector = $"/system/reactor-selectors/selector-{random.Next(2)}";
        switch (random.Next(Kinds))
        {
            case 0:
                victim.Tell(Kill.Instance);
                return "protocol or layer killed";
            case 1:
                victim.Tell(Living.Throw);
                return "protocol or layer threw";
            case 2:
                system.ActorSelection(selector).Tell(Kill.Instance);
                return "selector killed";
            case 3:
                platform.FailNextWait = new InvalidOperationException("wait broken on request");
                return "engine threw";
            case 4:
                system.ActorSelection("/user/reactor/chaos-acceptor").Tell(Kill.Instance);
                return "acceptor killed";
            default:
                platform.FailNextAccept = new InvalidOperationException("accept broken on request");
                return "acceptor threw";
        }
    }

    // Connects, talks a while and goes, over and over; whoever is in the way of a crash comes again.
    private static async Task<(int Served, int Lost)> Talk(Bound bound, int seed, CancellationToken over)
    {
        Random random = new(seed);
        int served = 0;
        int lost = 0;
        while (!over.IsCancellationRequested)
        {
            try
            {
                using Peer peer = await Peer.ConnectTo(bound);
                for (int talks = random.Next(1, 20); talks > 0 && !over.IsCancellationRequested; talks--)
                {
                    await Echoes(peer, random.Next());
                    await Pause.For(TimeSpan.FromMilliseconds(random.Next(5)), "a client that thinks");
                }

                served++;
            }
            catch (Exception failure) when (failure is IOException or SocketException)
            {
                lost++;
            }
        }

        return (served, lost);
    }

    private static async Task Echoes(Peer peer, int token)
    {
        byte[] bytes = BitConverter.GetBytes(token);
        await peer.Send(bytes);
        Assert.Equal(bytes, await peer.ReceiveExactly(bytes.Length));
    }

    private static async Task<ListenerStatus> AwaitAllClosed(Bound bound)
    {
        ListenerStatus status = null!;
        long started = Stopwatch.GetTimestamp();
        do
        {
            await Pause.BetweenLooks();
            status = await bound.Listener.Ask<ListenerStatus>(new GetStatus(), Patience);
        } while (status.OpenConnections > 0 && Stopwatch.GetElapsedTime(started) < Patience);

        Assert.Equal(0, status.OpenConnections);
        return status;
    }

    private static async Task AwaitThat(Func<bool> condition, Func<string> what)
    {
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"Waited in vain for {what()}.");
            await Pause.BetweenLooks();
        }
    }

    /// <summary>The protocols and layers that live.</summary>
    private sealed class Living
    {
        internal static readonly object Throw = new();

        private int _started;
        private int _stopped;

        internal ConcurrentDictionary<IActorRef, bool> All { get; } = new();

        /// <summary>How many have started since <see cref="Count"/>.</summary>
        internal int Started => Volatile.Read(ref _started);

        /// <summary>How many have stopped since <see cref="Count"/>.</summary>
        internal int Stopped => Volatile.Read(ref _stopped);

        /// <summary>Begins to count.</summary>
        internal void Count()
        {
            Volatile.Write(ref _started, 0);
            Volatile.Write(ref _stopped, 0);
        }

        internal void Add(IActorRef actor)
        {
            Interlocked.Increment(ref _started);
            All[actor] = true;
        }

        internal void Remove(IActorRef actor)
        {
            Interlocked.Increment(ref _stopped);
            _ = All.TryRemove(actor, out _);
        }
    }

    private sealed class Echo(Living living) : ProtocolActor
    {
        protected override void PreStart()
        {
            base.PreStart();
            living.Add(Self);
        }

        protected override void PostStop()
        {
            living.Remove(Self);
            base.PostStop();
        }

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }

        protected override void OnMessage(object message)
        {
            if (message == Living.Throw)
            {
                throw new InvalidOperationException("protocol broken on request");
            }

            base.OnMessage(message);
        }
    }

    private sealed class Fragile : LayerActor
    {
        private readonly Living _living;

        public Fragile(IActorRef lower, Living living)
            : base(lower)
        {
            _living = living;
            living.Add(Self);
        }

        protected override void PostStop()
        {
            _living.Remove(Self);
            base.PostStop();
        }

        protected override void OnMessage(object message)
        {
            if (message == Living.Throw)
            {
                throw new InvalidOperationException("layer broken on request");
            }

            base.OnMessage(message);
        }
    }
}
