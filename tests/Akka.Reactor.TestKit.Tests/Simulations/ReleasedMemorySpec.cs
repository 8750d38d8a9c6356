using System.Buffers;
using System.Linq;
using Akka.Actor;
using Akka.Reactor.Buffers;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Simulations;

/// <summary>A protocol that promises to keep nothing of what it receives, and keeps some, does not pass its first test.</summary>
public sealed class ReleasedMemorySpec
{
    [Theory]
    [InlineData(EngineStyle.Readiness, 100)]
    [InlineData(EngineStyle.Completion, 100)]
    [InlineData(EngineStyle.Readiness, 20_000)]
    [InlineData(EngineStyle.Completion, 20_000)]
    public void Slices_that_were_kept_against_the_promise_are_overwritten(EngineStyle style, int size)
    {
        byte[] sent = [.. Enumerable.Range(0, size).Select(i => (byte)(i % 33))];
        Assert.Equal([ReceiveMemory.Released], Kept(style, sent, keeps: false).Distinct());
        byte[] kept = Kept(style, sent, keeps: true);
        Assert.Equal(sent[..kept.Length], kept);
    }

    // What the protocol still has of the first bytes when the last one comes.
    private static byte[] Kept(EngineStyle style, byte[] sent, bool keeps)
    {
        using Simulation simulation = new(1, new SimulationOptions { Engine = style });
        ActorSystem system = simulation.CreateSystem("server", "10.0.0.1");
        Bound bound = simulation.Bind(system, "tcp://10.0.0.1:1", Props.Create(() => new Keeper(keeps)));
        SimulatedPeer peer = simulation.Connect("10.0.0.2", bound.LocalEndPoint);
        peer.Send(sent);
        simulation.RunUntilQuiet();
        peer.Send(new[] { Keeper.Last });
        simulation.RunUntilQuiet();
        Assert.NotEqual(0, peer.Received.Length);
        return peer.Received.ToArray();
    }

    private sealed class Keeper(bool keeps) : ProtocolActor
    {
        internal const byte Last = (byte)'!';

        private ReadOnlySequence<byte> _kept;

        protected override bool KeepsReceived => keeps;

        protected override long OnReceived(ReadOnlySequence<byte> data)
        {
            if (data.FirstSpan[0] == Last)
            {
                Write(_kept.ToArray());
            }
            else if (_kept.IsEmpty)
            {
                _kept = data;
            }

            return data.Length;
        }
    }
}
