using System;
using System.Net;

namespace Akka.Reactor;

/// <summary>
/// A peer that connects and sends its bytes one by one, with a pause between them, so that each byte arrives alone.
/// </summary>
public sealed class DrippingPeer
{
    /// <param name="simulation">The simulation to which the peer belongs.</param>
    /// <param name="address">The address of the peer's host.</param>
    /// <param name="to">The end point to connect to.</param>
    /// <param name="data">The bytes to send. They must not change after this call.</param>
    /// <param name="between">The time between two bytes.</param>
    public DrippingPeer(Simulation simulation, string address, EndPoint to, ReadOnlyMemory<byte> data, TimeSpan between)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        Peer = simulation.Connect(address, to);
        Peer.Send(data, cut: 1, between);
    }

    /// <summary>The underlying peer.</summary>
    public SimulatedPeer Peer { get; }
}
