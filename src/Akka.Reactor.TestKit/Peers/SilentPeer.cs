using System;
using System.Net;

namespace Akka.Reactor;

/// <summary>A peer that connects and reads, but never sends anything, not even a FIN when the other side has finished.</summary>
public sealed class SilentPeer
{
    /// <param name="simulation">The simulation to which the peer belongs.</param>
    /// <param name="address">The address of the peer's host.</param>
    /// <param name="to">The end point to connect to.</param>
    public SilentPeer(Simulation simulation, string address, EndPoint to)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        Peer = simulation.Connect(address, to);
        Peer.AnswersFin = false;
    }

    /// <summary>The underlying peer.</summary>
    public SimulatedPeer Peer { get; }
}
