using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Akka.Actor;
using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>What the peer's TCP has acknowledged: who is told, when, and how often the system is asked.</summary>
public sealed class DeliverySpec
{
    private const string Here = "10.0.0.1";
    private const string There = "10.0.0.2";

    private static readonly NetworkConditions SmallWindow = new()
    {
        Latency = TimeSpan.FromMilliseconds(10),
        SendBuffer = 100_000,
        ReceiveBuffer = 10_000,
    };

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void Delivered_is_told_when_the_peer_has_every_byte_and_not_before(EngineStyle style)
    {
        using Simulation simulation = new(1, new SimulationOptions { Engine = style, Conditions = SmallWindow });
        List<object> seen = [];
        SimulatedPeer peer = Connect(simulation, seen, sizes: [100, 9_000, 30_000, 0]);
        peer.StopReading();
        simulation.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(["ack 0", "ack 1", "ack 2", "ack 3", "delivered 0", "delivered 1"], seen);
        peer.ResumeReading();
        simulation.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(["delivered 2", "delivered 3"], seen.Skip(6));
        simulation.RunUntilQuiet();
        Assert.Equal(8, seen.Count);
    }

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void A_write_in_flight_when_the_peer_resets_is_told_to_be_unknown_and_listed(EngineStyle style)
    {
        using Simulation simulation = new(1, new SimulationOptions { Engine = style, Conditions = SmallWindow });
        List<object> seen = [];
        SimulatedPeer peer = Connect(simulation, seen, sizes: [100, 30_000, 200_000]);
        peer.StopReading();
        simulation.Run(TimeSpan.FromSeconds(2));
        peer.ResetNow();
        simulation.RunUntil(() => seen.OfType<Closed>().Any(), TimeSpan.FromSeconds(10));
        Assert.Equal(["ack 0", "ack 1", "delivered 0", "unknown ack 1", "failed ack 2"], seen.Take(5));
        Closed closed = Assert.IsType<Closed>(seen[^1]);
        Assert.Equal(6, seen.Count);
        Assert.Equal(["ack 1", "ack 2"], closed.Undelivered.Select(write => write.Ack));
    }

    [Fact]
    public void What_is_delivered_before_the_end_is_still_told_at_the_end()
    {
        using Simulation simulation = new(1, new SimulationOptions { Conditions = SmallWindow });
        List<object> seen = [];
        SimulatedPeer peer = Connect(simulation, seen, sizes: [5_000], close: true);
        simulation.RunUntil(() => peer.OtherFinished, TimeSpan.FromSeconds(10));
        peer.Finish();
        simulation.RunUntil(() => seen.OfType<Closed>().Any(), TimeSpan.FromSeconds(10));
        Assert.Equal(["ack 0", "delivered 0"], seen.Take(2));
        Assert.Empty(Assert.IsType<Closed>(seen[2]).Undelivered);
    }

    [Fact]
    public void The_system_is_asked_only_while_somebody_waits_and_at_most_twenty_times_a_second()
    {
        using Simulation simulation = new(1, new SimulationOptions { Conditions = SmallWindow });
        int asked = 0;
        simulation.Decorate = platform => new CountingPlatform(platform, () => asked++);
        List<object> seen = [];
        SimulatedPeer peer = Connect(simulation, seen, sizes: [30_000]);
        peer.StopReading();
        simulation.Run(TimeSpan.FromSeconds(1));
        asked = 0;
        simulation.Run(TimeSpan.FromSeconds(10));
        Assert.InRange(asked, 100, 201);
        peer.ResumeReading();
        simulation.Run(TimeSpan.FromSeconds(1));
        Assert.Contains("delivered 0", seen);
        asked = 0;
        simulation.Run(TimeSpan.FromSeconds(10));
        Assert.Equal(0, asked);
    }

    [Fact]
    public void Where_the_system_does_not_tell_the_write_is_refused_and_nothing_of_it_is_sent()
    {
        using Simulation simulation = new(1);
        simulation.Decorate = platform => new CountingPlatform(platform, () => { }, answer: -1);
        List<object> seen = [];
        SimulatedPeer peer = Connect(simulation, seen, sizes: [100]);
        simulation.Run(TimeSpan.FromSeconds(2));
        Assert.Equal(["failed ack 0", "writable"], seen);
        Assert.Equal(0, peer.Received.Length);
    }

    private static SimulatedPeer Connect(Simulation simulation, List<object> seen, int[] sizes, bool close = false)
    {
        ActorSystem system = simulation.CreateSystem("server", Here);
        Bound bound = simulation.Bind(system, $"tcp://{Here}:1", Props.Create(() => new Sender(seen, sizes, close)));
        return simulation.Connect(There, bound.LocalEndPoint);
    }

    private sealed class Sender(List<object> seen, int[] sizes, bool close) : ProtocolActor
    {
        protected override void OnConnected()
        {
            for (int i = 0; i < sizes.Length; i++)
            {
                Write(new Write(new byte[sizes[i]], $"ack {i}") { DeliveredAck = $"delivered {i}" });
            }

            if (close)
            {
                Close();
            }
        }

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

        protected override void OnMessage(object message) => seen.Add(message);

        protected override void OnWriteFailed(WriteFailed failure) => seen.Add($"failed {failure.Write.Ack}");

        protected override void OnDeliveryUnknown(DeliveryUnknown unknown) => seen.Add($"unknown {unknown.Write.Ack}");

        protected override void OnWritable() => seen.Add("writable");

        protected override void OnClosed(Closed closed) => seen.Add(closed);
    }

    /// <summary>Counts how often the system is asked what is not acknowledged, and may answer itself.</summary>
    private sealed class CountingPlatform(IPlatform inner, Action asked, int? answer = null) : IPlatform
    {
        public string EngineName => inner.EngineName;

        public ISockets Sockets { get; } = CountingSockets.Around(inner.Sockets, asked, answer);

        public IWakeSignal CreateWakeSignal() => inner.CreateWakeSignal();

        public IEngine CreateEngine(IWakeSignal wake) => inner.CreateEngine(wake);
    }

    private class CountingSockets : DispatchProxy
    {
        private ISockets _inner = null!;
        private Action _asked = null!;
        private int? _answer;

        internal static ISockets Around(ISockets inner, Action asked, int? answer)
        {
            ISockets proxy = Create<ISockets, CountingSockets>();
            (((CountingSockets)proxy)._inner, ((CountingSockets)proxy)._asked) = (inner, asked);
            ((CountingSockets)proxy)._answer = answer;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            switch (targetMethod!.Name)
            {
                case nameof(ISockets.Unacknowledged):
                    _asked();
                    return _answer ?? targetMethod.Invoke(_inner, args);
                case "get_Features" when _answer < 0:
                    return _inner.Features & ~SocketFeatures.Acknowledgements;
                default:
                    return targetMethod.Invoke(_inner, args);
            }
        }
    }
}
