using System;
using System.Collections.Generic;
using System.Net;
using Akka.Reactor.Simulated;

namespace Akka.Reactor;

/// <summary>A host that accepts connections from simulated systems, each as a <see cref="SimulatedPeer"/>.</summary>
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

    /// <summary>Where it listens.</summary>
    public IPEndPoint LocalEndPoint => _listener.Local;

    /// <summary>The connections so far, ended ones included.</summary>
    public IReadOnlyList<SimulatedPeer> Peers => _peers;

    /// <summary>Stops listening; connections stay.</summary>
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
