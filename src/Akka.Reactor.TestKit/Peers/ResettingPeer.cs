using System;
using System.Net;

namespace Akka.Reactor;

/// <summary>Connects, and resets the connection as soon as it has received so many bytes.</summary>
public sealed class ResettingPeer
{
    /// <param name="simulation">Where it lives.</param>
    /// <param name="address">The peer's own.</param>
    /// <param name="to">Where to.</param>
    /// <param name="afterBytes">At least 1; see <see cref="SimulatedPeer.Reset"/> for a reset that depends on nothing received.</param>
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

    /// <summary>What it is made of.</summary>
    public SimulatedPeer Peer { get; }
}
