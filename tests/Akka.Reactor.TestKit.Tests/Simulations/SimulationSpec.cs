using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>What a simulation promises to the tests that use it.</summary>
public sealed class SimulationSpec
{
    private const string Here = "10.0.0.1";
    private const string There = "10.0.0.2";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Everything_runs_on_the_thread_that_asks_for_it_and_only_then()
    {
        using Simulation simulation = new(1);
        ActorSystem system = simulation.CreateSystem("server", Here);
        HashSet<Thread> threads = [];
        int handled = 0;
        Action handle = () =>
        {
            handled++;
            threads.Add(Thread.CurrentThread);
        };
        IActorRef actor = system.ActorOf(Props.Create(() => new Callback(handle)));
        Witness witness = new(simulation) { OnReceived = (_, _) => threads.Add(Thread.CurrentThread) };
        Bound bound = simulation.Bind(system, $"tcp://{Here}:1", witness.Props);
        simulation.Connect(There, bound.LocalEndPoint).Send("x");
        actor.Tell("message");
        Assert.Equal(0, handled);
        simulation.RunUntilQuiet();
        Assert.Equal(1, handled);
        Assert.Equal("x", witness.Received.ToString());
        Assert.Same(Thread.CurrentThread, Assert.Single(threads));
    }

    [Fact]
    public void Time_passes_only_as_far_as_it_is_let()
    {
        using Simulation simulation = new(1);
        simulation.CreateSystem("server", Here);
        Assert.Equal(TimeSpan.Zero, simulation.Now);
        simulation.Run(TimeSpan.FromHours(3));
        Assert.Equal(TimeSpan.FromHours(3), simulation.Now);
        simulation.RunUntilQuiet();
        Assert.Equal(TimeSpan.FromHours(3), simulation.Now);
    }

    [Fact]
    public void Until_quiet_time_passes_for_the_network_and_not_for_deadlines()
    {
        using Simulation simulation = new(1);
        ActorSystem system = simulation.CreateSystem("server", Here);
        Witness witness = new(simulation);
        Bound bound = simulation.Bind(system, $"tcp://{Here}:1", witness.Props);
        SimulatedPeer peer = simulation.Connect(There, bound.LocalEndPoint);
        peer.Pause(TimeSpan.FromMinutes(1));
        peer.Send("late");
        simulation.RunUntilQuiet();
        Assert.Equal("late", witness.Received.ToString());
        Assert.InRange(simulation.Now, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1) + Second);
    }

    [Fact]
    public void A_condition_that_does_not_come_true_is_told_with_seed_and_trace()
    {
        using Simulation simulation = new(4711);
        ActorSystem system = simulation.CreateSystem("server", Here);
        simulation.Bind(system, $"tcp://{Here}:1", CrashingProtocol.Props);
        SimulationException failure = Assert.Throws<SimulationException>(() =>
            simulation.RunUntil(() => false, Second)
        );
        Assert.Equal(4711, failure.Seed);
        Assert.Contains("seed 4711 reproduces it", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{Here}:1 listening", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_awaited_goes_on_in_the_simulation()
    {
        using Simulation simulation = new(1);
        ActorSystem system = simulation.CreateSystem("server", Here);
        IActorRef echo = system.ActorOf(Props.Create(() => new Answering()));
        Thread[] threads = simulation.Await(async () =>
        {
            await echo.Ask("one", TimeSpan.FromSeconds(20));
            Thread first = Thread.CurrentThread;
            await echo.Ask("two", TimeSpan.FromSeconds(20));
            return (Thread[])[first, Thread.CurrentThread];
        });
        Assert.All(threads, thread => Assert.Same(Thread.CurrentThread, thread));
    }

    [Fact]
    public void What_another_thread_finishes_is_waited_for()
    {
        using Simulation simulation = new(1);
        simulation.CreateSystem("server", Here);
        int answer = simulation.Await(() => Task.Run(() => 42));
        Assert.Equal(42, answer);
    }

    [Fact]
    public void A_crash_costs_its_own_connection_only_and_is_logged()
    {
        using Simulation simulation = new(1);
        ActorSystem system = simulation.CreateSystem("server", Here);
        Witness witness = new(simulation) { OnReceived = (protocol, text) => protocol.Write(text) };
        Bound crashing = simulation.Bind(system, $"tcp://{Here}:1", CrashingProtocol.Props);
        Bound healthy = simulation.Bind(system, $"tcp://{Here}:2", witness.Props);
        SimulatedPeer victim = simulation.Connect(There, crashing.LocalEndPoint);
        SimulatedPeer other = simulation.Connect(There, healthy.LocalEndPoint);
        victim.Send("x");
        simulation.RunUntil(() => victim.WasReset, Second);
        other.Send("y");
        simulation.RunUntil(() => other.ReceivedText == "y", Second);
        Assert.Contains(simulation.Log, line => line.Contains("crashes intentionally", StringComparison.Ordinal));
    }

    [Fact]
    public void An_isolated_host_gets_what_was_sent_when_it_is_back()
    {
        using Simulation simulation = new(1);
        ActorSystem system = simulation.CreateSystem("server", Here);
        Witness witness = new(simulation);
        Bound bound = simulation.Bind(system, $"tcp://{Here}:1", witness.Props);
        SimulatedPeer peer = simulation.Connect(There, bound.LocalEndPoint);
        simulation.Run(Second);
        simulation.Isolate(Here);
        peer.Send("one", cut: 1);
        simulation.Run(TimeSpan.FromMinutes(1));
        Assert.Equal("", witness.Received.ToString());
        simulation.Rejoin(Here);
        simulation.Run(Second);
        Assert.Equal("one", witness.Received.ToString());
    }

    [Fact]
    public void An_isolated_host_neither_refuses_nor_accepts_a_connect_until_it_is_back()
    {
        foreach (bool listens in (bool[])[true, false])
        {
            // Before the connect leaves, on its way there, and on the way of its answer.
            foreach (double after in (double[])[0, 0.5, 1.5])
            {
                NetworkConditions slow = new() { Latency = Second };
                using Simulation simulation = new(1, new SimulationOptions { Conditions = slow });
                SimulatedPeerListener listener = simulation.Listen(Here, listens ? 1 : 2);
                SimulatedPeer? peer =
                    after > 0 ? simulation.Connect(There, new IPEndPoint(listener.LocalEndPoint.Address, 1)) : null;
                simulation.Run(after * Second);
                simulation.Isolate(Here);
                peer ??= simulation.Connect(There, new IPEndPoint(listener.LocalEndPoint.Address, 1));
                simulation.Run(TimeSpan.FromMinutes(1));
                Assert.False(peer.Refused || peer.Connected, $"{listens}, {after}: it was answered");
                simulation.Rejoin(Here);
                simulation.Run(5 * Second);
                Assert.Equal(listens, peer.Connected);
                Assert.Equal(!listens, peer.Refused);
            }
        }
    }

    [Fact]
    public void A_connect_to_an_isolated_system_times_out()
    {
        using Simulation simulation = new(1);
        ActorSystem server = simulation.CreateSystem("server", Here);
        ActorSystem client = simulation.CreateSystem("client", There);
        Bound bound = simulation.Bind(server, $"tcp://{Here}:1", CrashingProtocol.Props);
        simulation.Isolate(Here);
        foreach (int port in (int[])[bound.Port, 2])
        {
            Assert.Throws<ConnectTimeoutException>(() =>
                simulation.Await(() => client.Reactor().Connect($"tcp://{Here}:{port}", CrashingProtocol.Props))
            );
        }
    }

    [Fact]
    public void A_connect_to_a_full_backlog_is_not_answered_by_a_host_that_is_isolated_since()
    {
        using Simulation simulation = new(1);
        ActorSystem server = simulation.CreateSystem("server", Here);
        ListenerOptions options = new() { Backlog = 1, MaxConnections = 1 };
        Bound bound = simulation.Bind(server, $"tcp://{Here}:1", new Witness(simulation).Props, options);
        SimulatedPeer[] peers = [.. Enumerable.Range(0, 3).Select(_ => simulation.Connect(There, bound.LocalEndPoint))];
        simulation.Run(TimeSpan.FromMilliseconds(100));
        Assert.Equal([true, true, false], peers.Select(peer => peer.Connected));
        simulation.Isolate(Here);
        _ = server.Terminate();
        simulation.Run(TimeSpan.FromMinutes(1));
        Assert.False(peers[2].Refused);
        simulation.Rejoin(Here);
        simulation.Run(Second);
        Assert.True(peers[2].Refused);
    }

    [Fact]
    public void Bandwidth_and_latency_are_those_of_the_two_hosts()
    {
        using Simulation simulation = new(1);
        ActorSystem system = simulation.CreateSystem("server", Here);
        simulation.SetConditions(
            Here,
            There,
            new NetworkConditions
            {
                Latency = Second,
                BytesPerSecond = 1000,
                SegmentSize = 500,
            }
        );
        Witness witness = new(simulation);
        Bound bound = simulation.Bind(system, $"tcp://{Here}:1", witness.Props);
        SimulatedPeer peer = simulation.Connect(There, bound.LocalEndPoint);
        peer.Send(new string('x', 5000));
        simulation.RunUntil(() => witness.Received.Length == 5000, TimeSpan.FromMinutes(1));

        // There and back to connect, then five seconds of bytes, the last of which travel for one.
        Assert.InRange(simulation.Now, 8 * Second, 8.1 * Second);
    }

    [Fact]
    public void A_reset_comes_at_the_segment_it_is_asked_for()
    {
        for (int segment = 1; segment <= 5; segment++)
        {
            SimulatedFaults faults = new() { ResetAtSegment = segment };
            using Simulation simulation = new(1, new SimulationOptions { Faults = faults });
            ActorSystem system = simulation.CreateSystem("server", Here);
            Witness witness = new(simulation);
            Bound bound = simulation.Bind(system, $"tcp://{Here}:1", witness.Props);
            DrippingPeer peer = new(simulation, There, bound.LocalEndPoint, "123456"u8.ToArray(), Second);
            simulation.RunUntil(() => witness.Ends.Count > 0, TimeSpan.FromMinutes(1));
            Assert.Equal(CloseReason.Reset, witness.Ends[0].Reason);
            Assert.Equal("123456"[..(segment - 1)], witness.Received.ToString());
            Assert.True(peer.Peer.WasReset);
        }
    }

    [Fact]
    public void A_clock_that_jumps_makes_deadlines_late_and_loses_nothing()
    {
        SimulatedFaults faults = new() { ClockJump = 0.5, LongestClockJump = TimeSpan.FromSeconds(30) };
        using Simulation simulation = new(1, new SimulationOptions { Faults = faults });
        ActorSystem system = simulation.CreateSystem("server", Here);
        Witness witness = new(simulation);
        Bound bound = simulation.Bind(system, $"tcp://{Here}:1", witness.Props);
        SimulatedPeer peer = simulation.Connect(There, bound.LocalEndPoint);
        peer.Send("abcdefghij", cut: 1, between: TimeSpan.FromMilliseconds(10));
        simulation.RunUntil(() => witness.Received.ToString() == "abcdefghij", TimeSpan.FromHours(1));
        Assert.True(simulation.Now > Second);
    }

    [Fact]
    public void A_resetting_peer_resets_after_what_it_was_told()
    {
        using Simulation simulation = new(1);
        ActorSystem system = simulation.CreateSystem("server", Here);
        Witness witness = new(simulation) { OnConnected = protocol => protocol.Write("0123456789") };
        Bound bound = simulation.Bind(system, $"tcp://{Here}:1", witness.Props);
        ResettingPeer peer = new(simulation, There, bound.LocalEndPoint, afterBytes: 10);
        simulation.RunUntil(() => witness.Ends.Count > 0, Second);
        Assert.Equal(CloseReason.Reset, witness.Ends[0].Reason);
        Assert.Equal("0123456789", peer.Peer.ReceivedText);
    }

    [Fact]
    public void A_listening_peer_answers_a_system()
    {
        using Simulation simulation = new(1);
        ActorSystem system = simulation.CreateSystem("client", Here);
        SimulatedPeerListener listener = simulation.Listen(
            There,
            25,
            peer =>
            {
                peer.Send("220 hello\r\n");
                peer.OnReceived = p => p.Send(p.ReceivedText);
            }
        );
        Witness witness = new(simulation) { OnConnected = protocol => protocol.Write("EHLO") };
        simulation.Await(() => system.Reactor().Connect($"tcp://{listener.LocalEndPoint}", witness.Props));
        simulation.RunUntil(() => witness.Received.ToString() == "220 hello\r\nEHLO", Second);
        Assert.Equal("EHLO", Assert.Single(listener.Peers).ReceivedText);
    }

    [Fact]
    public void Descriptors_are_used_again_lowest_first()
    {
        using Simulation simulation = new(1);
        ActorSystem system = simulation.CreateSystem("server", Here);
        Witness witness = new(simulation);
        Bound bound = simulation.Bind(system, $"tcp://{Here}:1", witness.Props);
        for (int i = 0; i < 10; i++)
        {
            simulation.Connect(There, bound.LocalEndPoint).Finish();
            simulation.RunUntilQuiet();
        }

        string[] accepted =
        [
            .. simulation.Trace.Split('\n').Where(line => line.EndsWith("is accepted", StringComparison.Ordinal)),
        ];
        Assert.Equal(10, accepted.Length);

        // The lowest that the system itself does not hold.
        int held = Selectors.DescriptorReserve.Size;
        Assert.All(accepted, line => Assert.Contains($" #{3 + held} ", line, StringComparison.Ordinal));
    }

    private sealed class Callback(Action handle) : UntypedActor
    {
        protected override void OnReceive(object message) => handle();
    }

    private sealed class Answering : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }
}
