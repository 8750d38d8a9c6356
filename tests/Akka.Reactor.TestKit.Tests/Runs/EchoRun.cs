using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Reactor.Polling;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>
/// One simulated run: peers send random bytes in random cuts to an echo, over a network drawn from the seed, and end in
/// different ways. What arrived on either side is held against the model, which is simply what was sent.
/// </summary>
internal sealed class EchoRun
{
    private const string Server = "10.0.0.1";
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(10);

    private readonly SeededRandom _random;
    private readonly SimulationOptions _options;
    private readonly Func<IPlatform, IPlatform>? _decorate;
    private readonly Ledger _ledger = new();
    private readonly List<Talk> _talks = [];
    private readonly int _seed;

    internal EchoRun(int seed, SimulatedFaults faults, Func<IPlatform, IPlatform>? decorate = null)
    {
        _seed = seed;
        _decorate = decorate;

        // Another stream than the simulation's own.
        _random = new SeededRandom(~seed);
        _options = new SimulationOptions
        {
            Faults = faults,
            Engine = _random.Chance(0.5) ? EngineStyle.Readiness : EngineStyle.Completion,
            TraceCapacity = 2000,
            Conditions = new NetworkConditions
            {
                Latency = TimeSpan.FromMicroseconds(_random.UpTo(5000)),
                Jitter = TimeSpan.FromMicroseconds(_random.UpTo(5000)),
                BytesPerSecond = _random.Chance(0.3) ? 20_000 + _random.UpTo(1_000_000) : 0,
                SegmentSize = 100 + (int)_random.UpTo(1400),
                SendBuffer = 200 + (int)_random.UpTo(4000),
                ReceiveBuffer = 200 + (int)_random.UpTo(4000),
            },
        };
    }

    /// <summary>Runs it; the trace.</summary>
    /// <exception cref="SimulationException">The run and the model differ.</exception>
    internal string Execute()
    {
        using Simulation simulation = new(_seed, _options) { Decorate = _decorate };
        ActorSystem system = simulation.CreateSystem("server", Server, Turns.Of(_seed));
        Bound bound = simulation.Bind(
            system,
            $"tcp://{Server}:7000",
            Props.Create(() => new AccountingEcho(_ledger)),
            new ListenerOptions { LogConnections = false }
        );
        int count = 1 + _random.Next(4);
        for (int i = 0; i < count; i++)
        {
            if (_random.Chance(0.3))
            {
                // Some of the others may be over by then, and their descriptors free.
                simulation.Run(TimeSpan.FromMilliseconds(_random.Next(500)));
            }

            if (_random.Chance(0.3))
            {
                Dialled(simulation, system, i);
            }
            else
            {
                SimulatedPeer peer = simulation.Connect($"10.0.1.{i}", bound.LocalEndPoint);
                _talks.Add(new Talk(peer, peer.LocalEndPoint, _random));
            }
        }

        simulation.Run(TimeSpan.FromSeconds(5));
        simulation.RunUntil(() => _talks.TrueForAll(talk => talk.IsOver(_ledger)), Most);
        simulation.Run(TimeSpan.FromSeconds(10));
        Check(simulation);
        return simulation.Trace;
    }

    private void Dialled(Simulation simulation, ActorSystem system, int number)
    {
        SimulatedPeerListener listener = simulation.Listen(
            $"10.0.2.{number}",
            9000,
            peer => _talks.Add(new Talk(peer, peer.LocalEndPoint, _random))
        );
        Props echo = Props.Create(() => new AccountingEcho(_ledger));
        Connect connect = new($"tcp://{listener.LocalEndPoint}", echo);
        system.Reactor().Manager.Tell(connect, ActorRefs.NoSender);
    }

    private void Check(Simulation simulation)
    {
        foreach (Talk talk in _talks)
        {
            if (talk.Complaint(_ledger, _options.Faults.Reset > 0) is { } complaint)
            {
                throw simulation.Failure($"{talk.Peer}: {complaint}");
            }
        }

        if (simulation.OpenSockets(Server) != 1)
        {
            throw simulation.Failure($"{simulation.OpenSockets(Server)} sockets are open, of which 1 listens.");
        }

        string? unexpected = simulation.Log.FirstOrDefault(line =>
            !line.Contains("The engine failed", StringComparison.Ordinal)
            && !line.Contains("Too many open files", StringComparison.Ordinal)
        );
        if (unexpected is not null)
        {
            throw simulation.Failure($"It was logged: {unexpected}");
        }
    }
}
