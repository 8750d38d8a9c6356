using System;
using System.Buffers;
using Akka.Actor;
using Akka.Configuration;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>In a simulation time stands still while somebody runs: nobody holds a loop, however long the test itself takes.</summary>
public sealed class StallsSpec
{
    [Fact]
    public void Neither_a_slow_test_nor_a_jump_of_the_clock_is_taken_for_a_stall()
    {
        SimulationOptions options = new()
        {
            Faults = new SimulatedFaults { ClockJump = 0.2, LongestClockJump = TimeSpan.FromMinutes(1) },
        };
        using Simulation simulation = new(7, options);
        ActorSystem system = simulation.CreateSystem(
            "server",
            "10.0.0.1",
            ConfigurationFactory.ParseString("akka.reactor { stall-warning = 5ms, connection.idle-timeout = 1d }")
        );
        Bound bound = simulation.Bind(system, "tcp://10.0.0.1:7000", Props.Create<Slow>());
        SimulatedPeer peer = simulation.Connect("10.0.0.2", bound.LocalEndPoint);
        for (int round = 0; round < 5; round++)
        {
            peer.Send("x");
            simulation.RunUntil(() => peer.ReceivedText.Length > round, TimeSpan.FromMinutes(30));
        }

        simulation.Run(TimeSpan.FromHours(1));
        Assert.Empty(simulation.Log);
    }

    private sealed class Slow : ProtocolActor
    {
        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            // In real time, of which the system knows nothing.
            Pause.Block(TimeSpan.FromMilliseconds(30), "a handler that holds its loop");
            Write(data);
            return data.Length;
        }
    }
}
