using System;
using System.Buffers;
using System.Diagnostics;
using Akka.Actor;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Simulated.Tests.Runs;

public sealed class EchoSpec(ITestOutputHelper output)
{
    [Fact]
    public void A_protocol_answers_a_peer()
    {
        using Simulation simulation = new(1);
        ActorSystem system = simulation.CreateSystem("server", "10.0.0.1");
        Bound bound = simulation.Bind(system, "tcp://10.0.0.1:7000", Props.Create<Echo>());
        SimulatedPeer peer = simulation.Connect("10.0.0.2", bound.LocalEndPoint);
        peer.Send("hello");
        simulation.RunUntil(() => peer.ReceivedText == "hello", TimeSpan.FromSeconds(1));
        peer.Finish();
        simulation.RunUntil(() => peer.OtherFinished, TimeSpan.FromSeconds(1));
        simulation.RunUntilQuiet();
        Assert.Equal(1, simulation.OpenSockets("10.0.0.1"));
        output.WriteLine(simulation.Trace);
    }

    [Fact]
    public void Time()
    {
        for (int round = 0; round < 5; round++)
        {
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < 100; i++)
            {
                A_protocol_answers_a_peer();
            }
            output.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalMilliseconds / 100} ms a run");
        }
    }

    private sealed class Echo : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            Write(data);
            return data.Length;
        }
    }
}
