// The C# of docs/testing.md, compiled and run. DocumentationSpec of Akka.Reactor.Protocols.Tests holds the two together.

using System;
using System.Buffers;
using System.Text;
using Akka.Actor;

namespace Akka.Reactor.Simulated.Tests.Docs;

public sealed class Greeter : ProtocolActor
{
    protected override long OnReceived(ReadOnlySequence<byte> data)
    {
        string name = Encoding.ASCII.GetString(data).TrimEnd(); // the bug: a segment is not a line
        Write(Encoding.ASCII.GetBytes($"hello {name}\r\n"));
        return data.Length;
    }
}

public sealed class LineGreeter : LineProtocol
{
    protected override void OnLine(ReadOnlySequence<byte> line) =>
        Write(Encoding.ASCII.GetBytes($"hello {Encoding.ASCII.GetString(line)}\r\n"));
}

internal static class TestingSnippets
{
    internal static void Greets(Props greeter, int seed)
    {
        using Simulation simulation = new(seed, new SimulationOptions { Faults = SimulatedFaults.Harmless });
        ActorSystem system = simulation.CreateSystem("server", "10.0.0.1");
        Bound bound = simulation.Bind(system, "tcp://10.0.0.1:7000", greeter);

        SimulatedPeer peer = simulation.Connect("10.0.0.2", bound.LocalEndPoint);
        peer.Send("world\r\n");
        peer.Finish();
        simulation.RunUntil(() => peer.OtherFinished, atMost: TimeSpan.FromMinutes(1));

        if (peer.ReceivedText != "hello world\r\n")
        {
            throw simulation.Failure($"The peer received '{peer.ReceivedText}'.");
        }
    }

    internal static void GreetsAlways(Props greeter)
    {
        for (int seed = 0; seed < 1000; seed++)
        {
            Greets(greeter, seed);
        }
    }

    internal static void GivesUp(Simulation simulation, ActorSystem system)
    {
        ListenerOptions options = new()
        {
            Connection = new ConnectionOptions { IdleTimeout = TimeSpan.FromMinutes(5) },
        };
        Bound bound = simulation.Bind(system, "tcp://10.0.0.1:7001", Props.Create<LineGreeter>(), options);
        SilentPeer silent = new(simulation, "10.0.0.2", bound.LocalEndPoint);

        simulation.Run(TimeSpan.FromMinutes(6)); // takes no time
        if (!silent.Peer.WasReset)
        {
            throw simulation.Failure("A silent peer may stay.");
        }
    }

    internal static string Words(byte[] input) =>
        ByteFeeder.SameHoweverCut(
            input,
            cutting =>
            {
                StringBuilder words = new();
                ByteFeeder.Feed(
                    cutting,
                    data =>
                    {
                        if (data.PositionOf((byte)' ') is not { } end)
                        {
                            return 0;
                        }

                        words.Append('[').Append(Encoding.ASCII.GetString(data.Slice(0, end))).Append(']');
                        return data.Slice(0, end).Length + 1;
                    }
                );
                return words.ToString();
            }
        );
}
