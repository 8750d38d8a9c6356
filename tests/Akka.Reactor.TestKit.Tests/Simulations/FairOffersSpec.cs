using System;
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

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void Answers_to_what_a_lost_peer_has_sent_ahead_fail_one_after_the_other(EngineStyle style)
    {
        NetworkConditions oneSegment = new() { SegmentSize = 64 * 1024 };
        using Simulation simulation = new(1, new SimulationOptions { Engine = style, Conditions = oneSegment });
        Unanswered unanswered = new();
        Bound bound = simulation.Bind(
            simulation.CreateSystem("server", Here),
            $"tcp://{Here}:1",
            Props.Create(() => new Counting(unanswered))
        );
        SimulatedPeer peer = simulation.Connect("10.0.0.2", bound.LocalEndPoint);
        peer.StopReading();
        peer.Send(new byte[Requests]);
        simulation.RunUntilQuiet();
        int beforeTheEnd = unanswered.Now;
        Assert.InRange(beforeTheEnd, 1, Requests - 1000);
        peer.ResetNow();
        simulation.RunUntilQuiet();

        // Thousands of answers in a mailbox would be much more memory than the requests were.
        Assert.Equal(Requests, unanswered.Offered);
        Assert.Equal(0, unanswered.Now);
        Assert.InRange(unanswered.Most, beforeTheEnd, Requests / 20);
    }

    /// <summary>The writes of a protocol that have no answer yet.</summary>
    private sealed class Unanswered
    {
        internal int Offered { get; set; }

        internal int Now { get; set; }

        internal int Most { get; set; }
    }

    /// <summary>Answers each byte, and counts which answers were sent or have failed.</summary>
    private sealed class Counting(Unanswered unanswered) : ProtocolActor
    {
        private static readonly object Sent = new();

        protected override bool ReadsToEnd => true;

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            unanswered.Offered++;
            unanswered.Most = Math.Max(unanswered.Most, ++unanswered.Now);
            Write(new byte[100], Sent);
            return 1;
        }

        protected override void OnMessage(object message)
        {
            if (ReferenceEquals(message, Sent))
            {
                unanswered.Now--;
            }
        }

        protected override void OnWriteFailed(WriteFailed failure) => unanswered.Now--;
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
