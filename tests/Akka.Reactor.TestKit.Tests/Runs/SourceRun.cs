using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Akka.Actor;
using Akka.Configuration;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>
/// One simulated run of a protocol that writes a numbered list of things of all kinds, some of which fail, and writes again
/// what was refused. The peer must get them in their order, of the failed ones as much as their failure says.
/// </summary>
internal sealed class SourceRun
{
    private const string Server = "10.0.0.1";
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(60);

    private readonly int _seed;
    private readonly string _folder;
    private readonly SeededRandom _random;
    private readonly SimulationOptions _options;

    internal SourceRun(int seed, EngineStyle style, string folder)
    {
        _seed = seed;
        _folder = folder;
        _random = new SeededRandom(~seed);
        _options = new SimulationOptions
        {
            Faults = SimulatedFaults.Harmless,
            Engine = style,
            Conditions = new NetworkConditions
            {
                Latency = TimeSpan.FromMicroseconds(_random.UpTo(5000)),
                SegmentSize = 100 + (int)_random.UpTo(1400),
                SendBuffer = 200 + (int)_random.UpTo(8000),
                ReceiveBuffer = 200 + (int)_random.UpTo(4000),
            },
        };
    }

    internal void Execute()
    {
        using Simulation simulation = new(_seed, _options);
        Config config = "akka.actor.default-dispatcher.throughput = 1";
        ActorSystem system = simulation.CreateSystem("server", Server, config.WithFallback(Turns.Of(_seed)));
        int layers = _random.Next(3);
        Layer pass = new("pass", lower => Props.Create<PassThrough>(lower));
        int highWater = 1 + _random.Next(2000);
        ListenerOptions options = new()
        {
            Layers = [.. Enumerable.Repeat(pass, layers)],
            Connection = new ConnectionOptions
            {
                WriteQueueLimit = 3000,
                HighWater = highWater,
                LowWater = Math.Min(_random.Next(800), highWater - 1),
                IdleTimeout = System.Threading.Timeout.InfiniteTimeSpan,
            },
        };
        List<Item> items = [.. Enumerable.Range(0, 5 + _random.Next(40)).Select(Draw)];
        Outcome outcome = new();
        Props props = Props.Create(() => new Writer(items, outcome, _seed));
        Bound bound = simulation.Bind(
            system,
            $"tcp://{Server}:7000",
            _random.Chance(0.5) ? props.WithDispatcher("akka.actor.default-dispatcher") : props,
            options
        );
        SimulatedPeer peer = simulation.Connect("10.0.1.1", bound.LocalEndPoint);
        peer.Send(new byte[items.Count]);
        if (_random.Chance(0.5))
        {
            peer.ReadSlowly(1 + _random.Next(2000), TimeSpan.FromMilliseconds(1 + _random.Next(50)));
        }

        simulation.RunUntil(() => peer.OtherFinished || peer.WasReset, Most);
        simulation.Run(TimeSpan.FromSeconds(30));
        Check(simulation, peer, items, outcome);
    }

    private static void Check(Simulation simulation, SimulatedPeer peer, List<Item> items, Outcome outcome)
    {
        byte[] expected = [.. items.SelectMany(item => item.Fails ? item.Data.Take((int)item.Sent) : item.Data)];
        ReadOnlySpan<byte> received = peer.Received.Span;
        int same = received.CommonPrefixLength(expected);
        if (same < expected.Length || received.Length != expected.Length)
        {
            throw simulation.Failure(
                $"{same} of {expected.Length} bytes are right, and {received.Length} came. {outcome.Ends} ends."
            );
        }

        if (items.Find(item => item.Answers != 1) is { } wrong)
        {
            throw simulation.Failure($"{wrong.Write} was answered {wrong.Answers} times.");
        }

        if (outcome.Ends != 1)
        {
            throw simulation.Failure($"There were {outcome.Ends} ends.");
        }
    }

    private Item Draw(int number)
    {
        byte[] data = new byte[1 + _random.Next(_random.Chance(0.2) ? 20_000 : 1_000)];
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = (byte)_random.Next(256);
        }

        Item item = new() { Data = data };
        int kind = _random.Next(10);
        item.Fails = kind is 7 or 8;
        item.Write = kind switch
        {
            0 => ToFile(item, number, 0, null),
            1 => ToFile(item, number, 17, data.Length),
            2 => new WriteFrom(Pieces(data, data.Length), item),
            3 => new WriteFrom(new MemoryStream(data), item),
            7 => new WriteFrom(Pieces(data, _random.Next(data.Length)), item),
            8 => new WriteFile(Path.Combine(_folder, "missing"), Ack: item),
            _ => new Write((item.Data = data.Length > 1000 ? data[..1000] : data).AsMemory(), item),
        };
        return item;
    }

    private WriteFile ToFile(Item item, int number, int offset, long? count)
    {
        string path = Path.Combine(_folder, number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        File.WriteAllBytes(path, [.. new byte[offset], .. item.Data, .. new byte[count is null ? 0 : 5]]);
        return new WriteFile(path, offset, count, item);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Pieces(byte[] data, int until)
    {
        for (int i = 0; i < until; )
        {
            int count = Math.Min(until - i, 1 + (i * 7 % 900));
            yield return data.AsMemory(i, count);
            i += count;
        }

        if (until < data.Length)
        {
            throw new InvalidOperationException("as planned");
        }
    }

    private sealed class Item
    {
        internal byte[] Data { get; set; } = [];

        internal IWriteCommand Write { get; set; } = null!;

        internal bool Fails { get; set; }

        internal long Sent { get; set; }

        internal int Answers { get; set; }
    }

    private sealed class Outcome
    {
        internal int Ends { get; set; }
    }

    private sealed class PassThrough(IActorRef lower) : LayerActor(lower);

    private sealed class Writer(List<Item> items, Outcome outcome, int seed) : ProtocolActor
    {
        private readonly SeededRandom _random = new(seed);
        private readonly SortedSet<int> _again = [];
        private int _next;

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            int used = 0;
            do
            {
                Write(items[_next++].Write);
                used++;
            } while (used < data.Length && _random.Chance(0.7));

            return used;
        }

        protected override void OnWriteFailed(WriteFailed failure)
        {
            Item item = (Item)failure.Write.Ack!;
            if (failure.Cause is WriteSourceException source)
            {
                item.Sent = source.Sent;
                Answered(item);
            }
            else if (failure.Cause is WriteRefusedException)
            {
                _again.Add(items.IndexOf(item));
            }
            else
            {
                Answered(item);
            }
        }

        protected override void OnWritable()
        {
            int[] again = [.. _again];
            _again.Clear();
            foreach (int number in again)
            {
                Write(items[number].Write);
            }
        }

        protected override void OnMessage(object message) => Answered((Item)message);

        protected override void OnClosed(Closed closed) => outcome.Ends++;

        private void Answered(Item item)
        {
            item.Answers++;
            if (items.TrueForAll(other => other.Answers > 0))
            {
                Close();
            }
        }
    }
}
