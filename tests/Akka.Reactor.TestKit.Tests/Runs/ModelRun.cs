using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Reactor.Simulated.Tests.Bugs;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>
/// One simulated run: owners of every kind write, suspend, put layers in, give their connection away and end it as drawn from
/// the seed, to peers of every kind. What either side saw is held against the promises.
/// </summary>
internal sealed class ModelRun
{
    private const string Server = "10.0.0.1";
    private static readonly TimeSpan Most = TimeSpan.FromHours(1);

    private readonly SeededRandom _random;
    private readonly Plant _plant;
    private readonly bool _large;
    private readonly SimulationOptions _options;
    private readonly List<(ConnectionPlan Plan, SimulatedPeer Peer)> _connections = [];
    private readonly int _seed;

    internal ModelRun(int seed, SimulatedFaults faults, EngineStyle style, Plant? plant = null)
    {
        _seed = seed;
        _plant = plant ?? Plant.None;

        // Another stream than the simulation's own.
        _random = new SeededRandom(~seed);

        // Large enough that the memory of what was received is used again.
        _large = _random.Chance(0.25);
        int scale = _large ? 20 : 1;
        _options = new SimulationOptions
        {
            Faults = faults,
            Engine = style,
            TraceCapacity = 5000,
            Conditions = new NetworkConditions
            {
                Latency = TimeSpan.FromMicroseconds(_random.UpTo(5000)),
                Jitter = TimeSpan.FromMicroseconds(_random.UpTo(5000)),
                BytesPerSecond = _random.Chance(0.3) ? scale * (20_000 + _random.UpTo(1_000_000)) : 0,
                SegmentSize = scale * (100 + (int)_random.UpTo(1400)),
                SendBuffer = scale * (200 + (int)_random.UpTo(8000)),
                ReceiveBuffer = scale * (200 + (int)_random.UpTo(4000)),
            },
        };
    }

    /// <summary>The trace.</summary>
    /// <exception cref="SimulationException">The run and the model differ.</exception>
    internal string Execute()
    {
        using Simulation simulation = new(_seed, _options) { Decorate = _plant.Platform };
        ActorSystem system = simulation.CreateSystem("server", Server, Turns.Of(_seed));
        IActorRef courier = system.ActorOf(Props.Create(() => new Courier()), "courier");
        int most = _random.Chance(0.2) ? 1 : 100;
        int scale = _large ? 20 : 1;
        int maxUnread = scale * (200 + _random.Next(3000));
        int highWater = scale * (1 + _random.Next(2000));
        int lowWater = scale * _random.Next(800);
        int limit = scale * (1000 + _random.Next(3000));
        ListenerOptions options = new()
        {
            MaxConnections = most,
            Connection = new ConnectionOptions
            {
                MaxUnread = maxUnread,
                HighWater = Math.Min(highWater, limit),
                LowWater = Math.Min(lowWater, Math.Min(highWater, limit) - 1),
                WriteQueueLimit = limit,
                IdleTimeout = System.Threading.Timeout.InfiniteTimeSpan,
                LingerTimeout = TimeSpan.FromHours(1),
            },
        };

        // They are connected in any order, and the listener makes one kind of actor: whose plan it is says the address.
        Dictionary<string, ConnectionPlan> byAddress = [];
        Func<Connected?, ConnectionPlan> plans = connected => byAddress[connected!.Remote.ToString()!];
        bool plain = _random.Chance(0.3);
        bool offLoop = _random.Chance(0.2);
        Props first = plain
            ? PlannedActor.Props(plans, courier)
            : Props.Create(() => new PlannedProtocol(plans, courier));
        Bound bound = simulation.Bind(
            system,
            $"tcp://{Server}:7000",
            offLoop ? first.WithDispatcher("akka.actor.default-dispatcher") : first,
            options
        );
        int count = 1 + _random.Next(4);
        for (int i = 0; i < count; i++)
        {
            if (_random.Chance(0.3))
            {
                // Some of the others may be over by then, and their descriptors free.
                simulation.Run(TimeSpan.FromMilliseconds(_random.Next(500)));
            }

            SimulatedPeer peer = simulation.Connect($"10.0.1.{i}", bound.LocalEndPoint);
            ConnectionPlan plan = new((_seed * 31) + i, options.Connection.WriteQueueLimit)
            {
                OffLoop = offLoop,
                Scale = scale,
                MaxUnread = maxUnread,
                Plant = _plant,
            };
            byAddress.Add(peer.LocalEndPoint.ToString(), plan);
            plan.Give(peer);
            _connections.Add((plan, peer));
        }

        simulation.Run(TimeSpan.FromSeconds(5));
        simulation.RunUntil(() => _connections.TrueForAll(IsOver), Most);
        simulation.Run(TimeSpan.FromSeconds(10));
        Check(simulation, system);
        return simulation.Trace;
    }

    private static bool IsOver((ConnectionPlan Plan, SimulatedPeer Peer) connection)
    {
        (ConnectionPlan plan, SimulatedPeer peer) = connection;
        bool hangs = peer is { Connected: false, Refused: false };
        bool read = peer.Ended || (plan.Connected && plan.Manner == Manner.NeverReads);
        return peer.Refused || hangs || (read && (!plan.Connected || plan.Terminations > 0));
    }

    private void Check(Simulation simulation, ActorSystem system)
    {
        // An actor that crashed explains the rest.
        string? unexpected = simulation.Log.FirstOrDefault(line =>
            !line.Contains("The engine failed", StringComparison.Ordinal)
            && !line.Contains("Too many open files", StringComparison.Ordinal)
        );
        if (unexpected is not null)
        {
            throw simulation.Failure($"It was logged: {unexpected}");
        }

        foreach ((ConnectionPlan plan, SimulatedPeer peer) in _connections)
        {
            if (ConnectionModel.Complaint(plan, peer, _options.Faults.Reset > 0) is { } complaint)
            {
                throw simulation.Failure($"{peer}: {plan}: {complaint}");
            }
        }

        if (system.Reactor().Budget.Exact is not 0 and var held)
        {
            throw simulation.Failure($"{held} bytes are counted as held, and no connection is left.");
        }

        if (simulation.OpenSockets(Server) != 1)
        {
            throw simulation.Failure($"{simulation.OpenSockets(Server)} sockets are open, of which 1 listens.");
        }
    }
}
