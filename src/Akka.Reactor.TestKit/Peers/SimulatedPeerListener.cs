using System;
using System.Collections.Generic;
using System.Net;
using Akka.Reactor.Simulated;

namespace Akka.Reactor;

/// <summary>
/// A listening peer that accepts connections from simulated systems, and creates a <see cref="SimulatedPeer"/> for each.
/// </summary>
public sealed class SimulatedPeerListener
{
    private const int Backlog = 1024;

    private readonly SimulatedNetwork _network;
    private readonly SimulatedListener _listener;
    private readonly Action<SimulatedPeer>? _accepted;
    private readonly List<SimulatedPeer> _peers = [];

    internal SimulatedPeerListener(
        SimulatedNetwork network,
        SimulatedHost host,
        IPEndPoint endPoint,
        Action<SimulatedPeer>? accepted
    )
    {
        _network = network;
        _accepted = accepted;
        _listener = host.AddListener(endPoint, Backlog);
        _listener.Changed = Accept;
    }

    /// <summary>The end point on which it listens.</summary>
    public IPEndPoint LocalEndPoint => _listener.Local;

    /// <summary>The peers of all connections so far, including ended connections.</summary>
    public IReadOnlyList<SimulatedPeer> Peers => _peers;

    /// <summary>Stops listening. The connections stay open.</summary>
    public void Close() => _listener.Close(reset: false);

    private void Accept()
    {
        while (_listener.Take() is { } end)
        {
            SimulatedPeer peer = new(_network, end);
            _peers.Add(peer);
            _accepted?.Invoke(peer);
        }
    }
}
