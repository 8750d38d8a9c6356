using System;
using System.Net;

namespace Akka.Reactor;

/// <summary>A peer that connects, and resets the connection as soon as it has received the given number of bytes.</summary>
public sealed class ResettingPeer
{
    /// <param name="simulation">The simulation to which the peer belongs.</param>
    /// <param name="address">The address of the peer's host.</param>
    /// <param name="to">The end point to connect to.</param>
    /// <param name="afterBytes">
    /// The number of bytes, at least 1. For a reset that does not depend on received bytes see
    /// <see cref="SimulatedPeer.Reset"/>.
    /// </param>
    public ResettingPeer(Simulation simulation, string address, EndPoint to, int afterBytes = 1)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        Peer = simulation.Connect(address, to);
        Peer.OnReceived = peer =>
        {
            if (peer.Received.Length >= afterBytes)
            {
                peer.ResetNow();
            }
        };
    }

    /// <summary>The underlying peer.</summary>
    public SimulatedPeer Peer { get; }
}
