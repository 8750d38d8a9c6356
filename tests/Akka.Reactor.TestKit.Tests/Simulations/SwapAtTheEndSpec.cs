using System;
using System.Buffers;
using System.Collections.Generic;
using System.Text;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>A connection has ended when a protocol hands it over: the successor still receives all of it.</summary>
public sealed class SwapAtTheEndSpec : IDisposable
{
    private const string Here = "10.0.0.1";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly Simulation _simulation = new(1);
    private readonly List<string> _seen = [];

    public void Dispose() => _simulation.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void The_successor_receives_what_came_before_a_reset(int layers)
    {
        SimulatedPeer peer = Serve(layers, lower => Props.Create(() => new Pass(lower)));
        peer.Send("!tail");
        peer.Reset();
        _simulation.Run(10 * Second);
        Assert.Equal("up, connected, tail, closed Reset, predecessor closed Reset, stopped", string.Join(", ", _seen));
        Assert.Equal(1, _simulation.OpenSockets(Here));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_successor_receives_what_came_before_a_failure_of_the_layer(int layers)
    {
        // The layer reports both before the predecessor has handled the first.
        SimulatedPeer peer = Serve(layers, lower => Props.Create(() => new Failing(lower)));
        peer.Send("!tail");
        _simulation.Run(10 * Second);
        Assert.Equal(
            "up, connected, tail, closed ProtocolViolation, predecessor closed ProtocolViolation, stopped",
            string.Join(", ", _seen)
        );
        Assert.Equal(1, _simulation.OpenSockets(Here));
    }

    private SimulatedPeer Serve(int layers, Func<IActorRef, Props> layer)
    {
        ActorSystem system = _simulation.CreateSystem("server", Here);
        Bound bound = _simulation.Bind(
            system,
            $"tcp://{Here}:7000",
            Props.Create(() => new Predecessor(layers, layer, _seen))
        );
        SimulatedPeer peer = _simulation.Connect("10.0.0.2", bound.LocalEndPoint);
        _simulation.RunUntil(() => _seen.Contains("up"), Second);
        return peer;
    }

    private sealed class Predecessor(int layers, Func<IActorRef, Props> layer, List<string> seen) : ProtocolActor
    {
        protected override void OnConnected()
        {
            for (int i = 0; i < layers; i++)
            {
                StartLayer(new Layer("layer", layer));
            }

            seen.Add("up");
        }

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            SwapProtocol(Props.Create(() => new Successor(seen)));
            return 1;
        }

        protected override void OnClosed(Closed closed) => seen.Add($"predecessor closed {closed.Reason}");

        protected override void PostStop() => seen.Add("stopped");
    }

    private sealed class Successor(List<string> seen) : ProtocolActor
    {
        protected override void OnConnected() => seen.Add("connected");

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            seen.Add(Encoding.ASCII.GetString(data));
            return data.Length;
        }

        protected override void OnClosed(Closed closed) => seen.Add($"closed {closed.Reason}");
    }

    private sealed class Pass(IActorRef lower) : LayerActor(lower);

    private sealed class Failing(IActorRef lower) : LayerActor(lower)
    {
        protected override void OnReceived(ReadOnlySequence<byte> data)
        {
            base.OnReceived(data);
            Fail(CloseReason.ProtocolViolation, new PeerViolationException("This is the last."));
        }
    }
}
