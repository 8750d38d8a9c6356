using System.Buffers;
using System.Collections.Generic;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>A peer that sends thousands of requests together does not keep the others waiting.</summary>
public sealed class FairOffersSpec
{
    private const string Here = "10.0.0.1";
    private const int Requests = 20_000;

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void Others_have_their_turn_between_the_requests_of_one_segment(EngineStyle style)
    {
        NetworkConditions oneSegment = new() { SegmentSize = 64 * 1024 };
        using Simulation simulation = new(1, new SimulationOptions { Engine = style, Conditions = oneSegment });
        Notes notes = new();
        Bound bound = simulation.Bind(
            simulation.CreateSystem("server", Here),
            $"tcp://{Here}:1",
            Props.Create(() => new Answering(notes))
        );
        SimulatedPeer peer = simulation.Connect("10.0.0.2", bound.LocalEndPoint);
        simulation.RunUntilQuiet();

        // The peer finishes as well: that waits for what it has sent before.
        peer.Send(new byte[Requests]);
        peer.Finish();
        simulation.RunUntilQuiet();
        Assert.Equal(Requests, peer.Received.Length);
        Assert.True(notes.HasFinished);
        Assert.Equal(Requests, notes.Offered);
        Assert.InRange(notes.OthersTurns.Count, Requests / 200, int.MaxValue);
        Assert.InRange(notes.OthersTurns[0], 1, 200);
    }

    private sealed class Notes
    {
        internal int Offered { get; set; }

        internal List<int> OthersTurns { get; } = [];

        internal bool HasFinished { get; set; }
    }

    /// <summary>Answers each byte, while another actor of the loop always has something to do.</summary>
    private sealed class Answering(Notes notes) : ProtocolActor
    {
        protected override void OnConnected() =>
            Context.ActorOf(Props.Create(() => new Other(notes)).WithDispatcher(Connection.Dispatcher), "other");

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            if (notes.Offered++ == 0)
            {
                Context.Child("other").Tell("go on");
            }

            Write("."u8.ToArray());
            return 1;
        }

        protected override void OnPeerFinished()
        {
            notes.HasFinished = notes.Offered == Requests;
            Close();
        }
    }

    private sealed class Other(Notes notes) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            notes.OthersTurns.Add(notes.Offered);
            if (notes.Offered < Requests)
            {
                Self.Tell(message);
            }
        }
    }
}
