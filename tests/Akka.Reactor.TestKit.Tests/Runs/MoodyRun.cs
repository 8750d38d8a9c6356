using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>
/// One simulated run in which both sides send at the same time, the servers with refused writes, suspended reading, half-close,
/// and closes with data queued. What arrived on either side is held against what was sent.
/// </summary>
internal sealed class MoodyRun
{
    private const string Server = "10.0.0.1";
    private const int Limit = 3000;
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(30);

    private readonly SeededRandom _random;
    private readonly SimulationOptions _options;
    private readonly List<Moods> _moods = [];
    private readonly Dictionary<Moods, Conversation> _conversations = [];
    private readonly int _seed;

    internal MoodyRun(int seed, SimulatedFaults faults, EngineStyle style)
    {
        _seed = seed;
        _random = new SeededRandom(~seed);
        _options = new SimulationOptions
        {
            Faults = faults,
            Engine = style,
            TraceCapacity = 5000,
            Conditions = new NetworkConditions
            {
                Latency = TimeSpan.FromMicroseconds(_random.UpTo(5000)),
                Jitter = TimeSpan.FromMicroseconds(_random.UpTo(5000)),
                BytesPerSecond = _random.Chance(0.3) ? 20_000 + _random.UpTo(1_000_000) : 0,
                SegmentSize = 100 + (int)_random.UpTo(1400),
                SendBuffer = 200 + (int)_random.UpTo(8000),
                ReceiveBuffer = 200 + (int)_random.UpTo(4000),
            },
        };
    }

    internal void Execute()
    {
        using Simulation simulation = new(_seed, _options);
        ActorSystem system = simulation.CreateSystem("server", Server);
        ListenerOptions options = new()
        {
            MaxConnections = _random.Chance(0.2) ? 1 : 100,
            Connection = new ConnectionOptions
            {
                ReadAhead = 200 + _random.Next(3000),
                HighWater = 1 + _random.Next(2000),
                LowWater = _random.Next(800),
                Limit = Limit,
                IdleTimeout = System.Threading.Timeout.InfiniteTimeSpan,
                LingerTimeout = TimeSpan.FromHours(1),
            },
        };

        // They are connected in any order: whose moods these are says the address.
        Dictionary<string, Moods> byAddress = [];
        Bound bound = simulation.Bind(
            system,
            $"tcp://{Server}:7000",
            Props.Create(() => new MoodyServer(remote => byAddress[remote.ToString()!])),
            options
        );
        int count = 1 + _random.Next(4);
        for (int i = 0; i < count; i++)
        {
            if (_random.Chance(0.3))
            {
                simulation.Run(TimeSpan.FromMilliseconds(_random.Next(500)));
            }

            SimulatedPeer peer = simulation.Connect($"10.0.1.{i}", bound.LocalEndPoint);
            Moods moods = Draw(i);
            byAddress.Add(peer.LocalEndPoint.ToString(), moods);
            _moods.Add(moods);
            _conversations.Add(moods, new Conversation(peer, _random));
        }

        simulation.Run(TimeSpan.FromSeconds(5));
        simulation.RunUntil(() => _moods.TrueForAll(IsOver), Most);
        simulation.Run(TimeSpan.FromSeconds(10));
        Check(simulation);
    }

    private Moods Draw(int number)
    {
        Ending ending = (Ending)_random.Next(6);
        bool atOnce = ending is Ending.Close or Ending.CloseAndStop or Ending.HalfClose;
        Moods moods = new((_seed * 31) + number)
        {
            Ending = ending,
            Data = new byte[1 + _random.Next(atOnce ? Limit : 20_000)],
            Piece = 1 + _random.Next(1500),
            Naps = _random.Next(6),
        };
        Fill(moods.Data);
        return moods;
    }

    private void Fill(byte[] data)
    {
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = (byte)_random.Next(256);
        }
    }

    private bool IsOver(Moods moods)
    {
        SimulatedPeer peer = _conversations[moods].Peer;
        bool hangs = peer is { Connected: false, Refused: false };
        bool ended = !moods.Connected || moods.Ends.Count > 0 || moods.Ending == Ending.CloseAndStop;
        return peer.Refused || hangs || (peer.Ended && ended);
    }

    private void Check(Simulation simulation)
    {
        foreach (Moods moods in _moods)
        {
            if (_conversations[moods].Complaint(moods, _options.Faults.Reset > 0) is { } complaint)
            {
                throw simulation.Failure($"{_conversations[moods].Peer}: {moods.Ending}: {complaint}");
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
