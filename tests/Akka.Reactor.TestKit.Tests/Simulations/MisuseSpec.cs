using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>What a protocol may not do is an exception where it does it, and costs its own connection only.</summary>
public sealed class MisuseSpec : IDisposable
{
    private const string Here = "10.0.0.1";
    private const string There = "10.0.0.2";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly Simulation _simulation = new(1);
    private readonly List<object> _seen = [];

    public void Dispose() => _simulation.Dispose();

    [Fact]
    public void A_connection_is_handed_on_once()
    {
        SimulatedPeer peer = Serve(protocol =>
        {
            protocol.Swap();
            _seen.Add(Assert.Throws<InvalidOperationException>(protocol.Swap));
            _seen.Add(Assert.Throws<InvalidOperationException>(protocol.Layer));
        });
        peer.Send("x");
        _simulation.Run(Second);
        Assert.Equal(2, _seen.OfType<InvalidOperationException>().Count());

        // The successor has the connection, and its end is told once.
        Assert.Equal("successor", peer.ReceivedText);
        peer.Finish();
        _simulation.Run(10 * Second);
        Assert.Equal("successor closed, closed", string.Join(", ", _seen.OfType<string>()));
        Assert.Equal(0, _simulation.OpenSockets(Here) - 1);
    }

    [Fact]
    public void A_protocol_whose_transport_another_claims_is_stopped_with_the_connection()
    {
        IActorRef? claimer = null;
        SimulatedPeer peer = Serve(
            protocol => protocol.GiveTo(claimer!),
            system => claimer = system.ActorOf(Props.Create(() => new Claimer(_seen))),
            () => _seen.Add("stopped")
        );
        peer.Send("x");
        _simulation.Run(Second);
        peer.Send("y");
        _simulation.Run(Second);

        // To the new owner, who writes and closes as it likes.
        Assert.Equal("hello", peer.ReceivedText);
        Assert.Contains("claimer: y", _seen);
        peer.Finish();
        _simulation.Run(10 * Second);
        Assert.Contains("claimer: PeerFinished", _seen);
        Assert.Single(_seen, "closed");
        Assert.Contains("stopped", _seen);
        Assert.Equal(0, _simulation.OpenSockets(Here) - 1);
    }

    [Fact]
    public void What_is_written_after_an_abort_has_its_answer_before_the_end()
    {
        SimulatedPeer peer = Serve(protocol =>
        {
            protocol.Send("before");
            protocol.Reset();
            protocol.Send("after");
        });
        peer.Send("x");
        _simulation.Run(10 * Second);
        Assert.Equal("failed: before, failed: after, closed", string.Join(", ", _seen));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_protocol_that_writes_before_it_has_a_connection_is_told_so(bool inConstructor)
    {
        ActorSystem system = _simulation.CreateSystem("server", Here);
        Bound bound = _simulation.Bind(
            system,
            $"tcp://{Here}:7000",
            Props.Create(() => new Hasty(inConstructor, _seen))
        );
        SimulatedPeer peer = _simulation.Connect(There, bound.LocalEndPoint);
        _simulation.Run(10 * Second);
        Assert.Contains(
            "has no connection yet",
            Assert.IsType<InvalidOperationException>(Assert.Single(_seen)).Message
        );
        Assert.True(peer.WasReset || peer.OtherFinished);
    }

    private SimulatedPeer Serve(Action<Scripted> act, Action<ActorSystem>? prepare = null, Action? stopped = null)
    {
        ActorSystem system = _simulation.CreateSystem("server", Here);
        prepare?.Invoke(system);
        Bound bound = _simulation.Bind(
            system,
            $"tcp://{Here}:7000",
            Props.Create(() => new Scripted(act, _seen, stopped))
        );
        SimulatedPeer peer = _simulation.Connect(There, bound.LocalEndPoint);
        _simulation.RunUntil(() => peer.Connected, Second);
        return peer;
    }

    private sealed class Scripted(Action<Scripted> act, List<object> seen, Action? stopped) : ProtocolActor
    {
        internal void Swap() => SwapProtocol(Props.Create(() => new Successor(seen)));

        internal void Layer() => StartLayer(new Layer("pass", lower => Props.Create(() => new Pass(lower))));

        internal void GiveTo(IActorRef claimer) => Transport.Tell(new Claim(claimer), Self);

        internal void Send(string text) => Write(System.Text.Encoding.ASCII.GetBytes(text), text);

        internal void Reset() => Abort();

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            act(this);
            return data.Length;
        }

        protected override void OnWriteFailed(WriteFailed failure) => seen.Add($"failed: {failure.Write.Ack}");

        protected override void OnClosed(Closed closed) => seen.Add("closed");

        protected override void OnMessage(object message) => seen.Add($"acknowledged: {message}");

        protected override void PostStop() => stopped?.Invoke();
    }

    private sealed class Claimer(List<object> seen) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            string text = message is Received received
                ? System.Text.Encoding.ASCII.GetString(received.Data.ToArray())
                : message.GetType().Name;
            seen.Add($"claimer: {text}");
            if (message is Connected connected)
            {
                connected.Transport.Tell(new Write("hello"u8.ToArray()), Self);
            }
            else if (message is PeerFinished)
            {
                Sender.Tell(Close.Instance, Self);
            }
        }
    }

    private sealed class Successor(List<object> seen) : ProtocolActor
    {
        protected override void OnConnected() => Write("successor"u8);

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

        protected override void OnClosed(Closed closed) => seen.Add("successor closed");
    }

    private sealed class Pass(IActorRef lower) : LayerActor(lower);

    private sealed class Hasty : ProtocolActor
    {
        private readonly bool _inConstructor;
        private readonly List<object> _seen;

        public Hasty(bool inConstructor, List<object> seen)
        {
            _inConstructor = inConstructor;
            _seen = seen;
            if (inConstructor)
            {
                Hurry();
            }
        }

        protected override void PreStart()
        {
            if (!_inConstructor)
            {
                Hurry();
            }
        }

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

        private void Hurry()
        {
            try
            {
                Write("too early"u8);
            }
            catch (InvalidOperationException early)
            {
                _seen.Add(early);
                throw;
            }
        }
    }
}
