using System;
using System.Net;

namespace Akka.Reactor;

/// <summary>A peer that connects and can send, but never reads: the bytes sent to it fill the buffers and stay there.</summary>
public sealed class NeverReadingPeer
{
    /// <param name="simulation">The simulation to which the peer belongs.</param>
    /// <param name="address">The address of the peer's host.</param>
    /// <param name="to">The end point to connect to.</param>
    public NeverReadingPeer(Simulation simulation, string address, EndPoint to)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        Peer = simulation.Connect(address, to);
        Peer.StopReading();
    }

    /// <summary>The underlying peer.</summary>
    public SimulatedPeer Peer { get; }
}
