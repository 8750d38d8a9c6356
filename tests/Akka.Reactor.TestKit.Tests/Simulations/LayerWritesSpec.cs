using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>What a layer sees of the writes that pass it, also of those that are made by a layer.</summary>
public sealed class LayerWritesSpec : IDisposable
{
    private const string Here = "10.0.0.1";

    private readonly Simulation _simulation = new(1);
    private readonly List<string> _seen = [];

    public void Dispose() => _simulation.Dispose();

    [Fact]
    public void The_text_and_the_hash_code_of_a_piece_have_an_end()
    {
        SimulatedPeer peer = Serve(lower => Props.Create(() => new Curious(lower, _seen)));
        _simulation.RunUntil(() => peer.ReceivedText.Length == 6, TimeSpan.FromSeconds(1));
        Assert.Equal("abcdef", peer.ReceivedText);
        _simulation.Run(TimeSpan.FromSeconds(1));
        Assert.Equal("acknowledged", _seen[^1]);
        Assert.Contains(_seen, seen => seen.Contains("Write", StringComparison.Ordinal));
    }

    [Fact]
    public void A_close_that_has_waited_for_the_layer_is_followed_by_room()
    {
        SimulatedPeer peer = Serve(lower => Props.Create(() => new Greeting(lower)), closesWriting: true);
        _simulation.Run(TimeSpan.FromSeconds(1));
        peer.Send("!");
        _simulation.Run(TimeSpan.FromSeconds(1));
        Assert.StartsWith("abcdef", peer.ReceivedText, StringComparison.Ordinal);
        Assert.True(peer.OtherFinished);
        Assert.Equal("refused writable acknowledged", string.Join(' ', _seen));
    }

    private SimulatedPeer Serve(Func<IActorRef, Props> layer, bool closesWriting = false)
    {
        ActorSystem system = _simulation.CreateSystem("server", Here);
        Bound bound = _simulation.Bind(
            system,
            $"tcp://{Here}:7000",
            Props.Create(() => new Writing(new Layer("layer", layer), closesWriting, _seen))
        );
        return _simulation.Connect("10.0.0.2", bound.LocalEndPoint);
    }

    private sealed class Writing(Layer layer, bool closesWriting, List<string> seen) : ProtocolActor
    {
        protected override void OnConnected()
        {
            StartLayer(layer);
            if (!closesWriting)
            {
                Write(new WriteFrom([Bytes("abc"), Bytes("def")], "acknowledged"));
                return;
            }

            Write(Bytes("abcdef"), "acknowledged");
            Write(new byte[Connection.Options.WriteQueueLimit]);
            CloseWrite();
        }

        protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;

        protected override void OnWriteFailed(WriteFailed failure) => seen.Add("refused");

        protected override void OnWritable() => seen.Add("writable");

        protected override void OnMessage(object message) => seen.Add($"{message}");

        private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.ASCII.GetBytes(text);
    }

    private sealed class Curious(IActorRef lower, List<string> seen) : LayerActor(lower)
    {
        protected override void OnWrite(Write write, IActorRef sender)
        {
            seen.Add(write.ToString());
            seen.Add(write.GetHashCode().ToString(CultureInfo.InvariantCulture));
            base.OnWrite(write, sender);
        }
    }

    /// <summary>Opens when the peer has sent a byte.</summary>
    private sealed class Greeting(IActorRef lower) : HandshakeLayer(lower)
    {
        protected override void OnLowerConnected() { }

        protected override void OnReceived(ReadOnlySequence<byte> data)
        {
            Lower.Tell(new Consumed(data.Length));
            Open();
        }
    }
}
