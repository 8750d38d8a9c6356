using System;
using System.Net;

namespace Akka.Reactor;

/// <summary>Connects and sends its bytes one by one, so long apart that each arrives alone.</summary>
public sealed class DrippingPeer
{
    /// <param name="simulation">Where it lives.</param>
    /// <param name="address">The peer's own.</param>
    /// <param name="to">Where to.</param>
    /// <param name="data">What it sends. Must not change any more.</param>
    /// <param name="between">Time between two bytes.</param>
    public DrippingPeer(Simulation simulation, string address, EndPoint to, ReadOnlyMemory<byte> data, TimeSpan between)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        Peer = simulation.Connect(address, to);
        Peer.Send(data, cut: 1, between);
    }

    /// <summary>What it is made of.</summary>
    public SimulatedPeer Peer { get; }
}
