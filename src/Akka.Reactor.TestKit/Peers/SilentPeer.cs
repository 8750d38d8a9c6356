using System;
using System.Net;

namespace Akka.Reactor;

/// <summary>Connects, reads, and never says anything, not even FIN when the other side has finished.</summary>
public sealed class SilentPeer
{
    /// <param name="simulation">Where it lives.</param>
    /// <param name="address">The peer's own.</param>
    /// <param name="to">Where to.</param>
    public SilentPeer(Simulation simulation, string address, EndPoint to)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        Peer = simulation.Connect(address, to);
        Peer.AnswersFin = false;
    }

    /// <summary>What it is made of.</summary>
    public SimulatedPeer Peer { get; }
}
