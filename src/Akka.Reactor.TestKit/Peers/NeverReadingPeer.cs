using System;
using System.Net;

namespace Akka.Reactor;

/// <summary>Connects and sends what it is told, but never reads: what it is sent fills the buffers and stays there.</summary>
public sealed class NeverReadingPeer
{
    /// <param name="simulation">Where it lives.</param>
    /// <param name="address">The peer's own.</param>
    /// <param name="to">Where to.</param>
    public NeverReadingPeer(Simulation simulation, string address, EndPoint to)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        Peer = simulation.Connect(address, to);
        Peer.StopReading();
    }

    /// <summary>What it is made of.</summary>
    public SimulatedPeer Peer { get; }
}
