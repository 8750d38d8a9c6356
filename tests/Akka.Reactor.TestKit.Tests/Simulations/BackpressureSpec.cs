using System;
using System.Buffers;
using System.Collections.Generic;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>The bounds of what waits to be sent, on both styles of engine.</summary>
public sealed class BackpressureSpec
{
    private const string Here = "10.0.0.1";
    private const string There = "10.0.0.2";

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void Writable_is_told_at_low_water_and_not_when_all_is_gone(EngineStyle style)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            NetworkConditions fast = new() { SendBuffer = 10_000_000, ReceiveBuffer = 10_000_000 };
            using Simulation simulation = new(seed, new SimulationOptions { Engine = style, Conditions = fast });
            ActorSystem system = simulation.CreateSystem("server", Here);
            List<object> seen = [];
            ListenerOptions options = new()
            {
                Connection = new ConnectionOptions
                {
                    WriteQueueLimit = 1_000_000,
                    HighWater = 700_000,
                    LowWater = 600_000,
                },
            };
            Bound bound = simulation.Bind(system, $"tcp://{Here}:1", Props.Create(() => new Filler(seen)), options);
            SimulatedPeer peer = simulation.Connect(There, bound.LocalEndPoint);
            simulation.RunUntil(() => peer.Received.Length == 900_000, TimeSpan.FromMinutes(1));
            simulation.RunUntilQuiet();
            if (style == EngineStyle.Readiness)
            {
                // All was taken in one go; nobody could have been told before.
                Assert.Contains("writable", seen);
            }
            else
            {
                // Three writes bring it down to low water, and some are through without having been pending.
                Assert.InRange(seen.IndexOf("writable"), 4, 13);
            }
        }
    }

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void A_write_stalls_however_often_its_socket_is_said_to_be_writable(EngineStyle style)
    {
        SimulatedFaults faults = new() { SpuriousReadiness = 0.5 };
        using Simulation simulation = new(1, new SimulationOptions { Engine = style, Faults = faults });
        ActorSystem system = simulation.CreateSystem("server", Here);
        Witness witness = new(simulation) { OnConnected = protocol => protocol.Write(new string('x', 200_000)) };
        ListenerOptions options = new()
        {
            Connection = new ConnectionOptions { WriteStallTimeout = TimeSpan.FromSeconds(42) },
        };
        Bound bound = simulation.Bind(system, $"tcp://{Here}:1", witness.Props, options);
        _ = new NeverReadingPeer(simulation, There, bound.LocalEndPoint);
        simulation.Run(TimeSpan.FromSeconds(1));

        // Something has to happen for a socket to be reported beside it.
        Bound other = simulation.Bind(system, $"tcp://{Here}:2", new Witness(simulation).Props);
        _ = new DrippingPeer(simulation, There, other.LocalEndPoint, new byte[200], TimeSpan.FromSeconds(1));
        simulation.RunUntil(() => witness.Ends.Count > 0, TimeSpan.FromSeconds(60));
        Assert.IsType<WriteStallTimeoutException>(witness.Ends[0].Exception);
    }

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void A_peer_that_drips_and_reads_none_of_its_echoes_is_held_back_by_what_they_cost(EngineStyle style)
    {
        NetworkConditions narrow = new() { SendBuffer = 1_000, ReceiveBuffer = 1_000 };
        using Simulation simulation = new(1, new SimulationOptions { Engine = style, Conditions = narrow });
        ActorSystem system = simulation.CreateSystem("server", Here);
        Witness witness = new(simulation) { OnReceived = (protocol, text) => protocol.Write(text) };
        Bound bound = simulation.Bind(system, $"tcp://{Here}:1", witness.Props);
        DrippingPeer dripping = new(
            simulation,
            There,
            bound.LocalEndPoint,
            new byte[20_000],
            TimeSpan.FromMilliseconds(1)
        );
        dripping.Peer.StopReading();
        simulation.Run(TimeSpan.FromSeconds(30));

        // By its bytes alone six times as many would fit.
        int mostWrites = ConnectionOptions.Default.HighWater / 128;
        Assert.InRange(witness.Received.Length, 1_000, mostWrites + 4_000);
    }

    private sealed class Filler(List<object> seen) : ProtocolActor
    {
        protected override void OnConnected()
        {
            for (int i = 0; i < 15; i++)
            {
                Write(new byte[60_000], i);
            }

            Write(new byte[200_000], "refused");
        }

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

        protected override void OnWriteFailed(WriteFailed failure) => seen.Add("refused");

        protected override void OnWritable() => seen.Add("writable");

        protected override void OnMessage(object message) => seen.Add(message);
    }
}
