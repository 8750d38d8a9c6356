using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Threading;

namespace Akka.Reactor.Diagnostics;

/// <summary>
/// The metrics of one reactor: the meter <c>Akka.Reactor</c> and its instruments. Every measurement names its actor system, because a
/// process may have several reactors. Nothing is computed while nobody listens. All members can be used on any thread.
/// </summary>
internal sealed class ReactorMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    internal const string MeterName = "Akka.Reactor";

    /// <summary>The attribute with the name of the actor system.</summary>
    internal const string SystemTag = "akka.reactor.system";

    private readonly Meter _meter;
    private readonly KeyValuePair<string, object?> _system;
    private readonly Dictionary<ConnectionOrigin, ConnectionMetrics> _origins = [];
    private readonly List<LoopCounters> _loops = [];
    private readonly HashSet<ClientMetrics> _clients = [];
    private readonly Lock _gate = new();

    /// <param name="system">The name of the actor system.</param>
    internal ReactorMetrics(string system)
    {
        _system = new KeyValuePair<string, object?>(SystemTag, system);

        // A tool that collects keeps the instruments of two meters apart by the tags of the meters.
        _meter = new Meter(MeterName, version: null, [_system]);
        _meter.CreateObservableUpDownCounter(
            "akka.reactor.connections.active",
            () => Origins().Select(origin => new Measurement<long>(origin.Active, origin.Tags)),
            "{connection}",
            "Connections that are open."
        );
        ConnectionDuration = _meter.CreateHistogram<double>(
            "akka.reactor.connection.duration",
            "s",
            "How long connections lasted that have ended."
        );
        Rejected = _meter.CreateCounter<long>(
            "akka.reactor.connections.rejected",
            "{connection}",
            "Connections that a listener has accepted or taken and reset at once."
        );
        ConnectDuration = _meter.CreateHistogram<double>(
            "akka.reactor.connect.duration",
            "s",
            "How long attempts to connect took, from the lookup of the name to the connected socket or the failure."
        );
        _meter.CreateObservableUpDownCounter(
            "akka.reactor.tls_handshakes.active",
            () => Origins().Select(origin => new Measurement<long>(origin.Handshakes, origin.Tags)),
            "{handshake}",
            "TLS handshakes that are under way."
        );
        HandshakeDuration = _meter.CreateHistogram<double>(
            "akka.reactor.tls_handshake.duration",
            "s",
            "How long TLS handshakes took, those that failed included."
        );
        _meter.CreateObservableCounter(
            "akka.reactor.io",
            () =>
                (Measurement<long>[])
                    [
                        Directed(Sum(loop => Volatile.Read(ref loop.BytesReceived)), "receive"),
                        Directed(Sum(loop => Volatile.Read(ref loop.BytesSent)), "transmit"),
                    ],
            "By",
            "Bytes that were received from peers, and bytes that the kernel has taken for peers."
        );
        _meter.CreateObservableUpDownCounter(
            "akka.reactor.outbound.queued",
            () => new Measurement<long>(Sum(loop => Volatile.Read(ref loop.QueuedCost)), _system),
            "By",
            "The cost of the writes that wait in the queues of connections."
        );
        WritesRefused = _meter.CreateCounter<long>(
            "akka.reactor.writes.refused",
            "{write}",
            "Writes that were refused because the queue of their connection had no room."
        );
        _meter.CreateObservableUpDownCounter(
            "akka.reactor.client.state",
            () => Clients().Select(client => new Measurement<long>(1, client.Tags)),
            "{client}",
            "Clients, each with the state that it is in."
        );
        Reconnects = _meter.CreateCounter<long>(
            "akka.reactor.client.reconnects",
            "{attempt}",
            "Attempts of clients to connect again."
        );
    }

    /// <summary>Records the ends of connections.</summary>
    internal Histogram<double> ConnectionDuration { get; }

    /// <summary>Counts connections that never began.</summary>
    internal Counter<long> Rejected { get; }

    /// <summary>Records the ends of attempts to connect.</summary>
    internal Histogram<double> ConnectDuration { get; }

    /// <summary>Records the ends of TLS handshakes.</summary>
    internal Histogram<double> HandshakeDuration { get; }

    /// <summary>Counts writes for which there was no room.</summary>
    internal Counter<long> WritesRefused { get; }

    /// <summary>Counts attempts of clients to connect again.</summary>
    internal Counter<long> Reconnects { get; }

    /// <summary>Adds a loop. All loops are added before the first one runs.</summary>
    internal void Add(LoopCounters loop)
    {
        lock (_gate)
        {
            _loops.Add(loop);
        }
    }

    /// <summary>Reports the memory that all connections hold.</summary>
    /// <param name="used">Returns the bytes that are held.</param>
    /// <param name="shed">Returns the number of connections that were ended because of the limit.</param>
    internal void ObserveMemory(Func<long> used, Func<long> shed)
    {
        _meter.CreateObservableUpDownCounter(
            "akka.reactor.memory.used",
            () => new Measurement<long>(used(), _system),
            "By",
            "Memory that all connections hold together, as memory-limit counts it."
        );
        _meter.CreateObservableCounter(
            "akka.reactor.memory.shed",
            () => new Measurement<long>(shed(), _system),
            "{connection}",
            "Connections that were ended because of memory-limit."
        );
    }

    /// <summary>
    /// Returns the metrics of the connections of a listener or a client, the same object for the same origin. The caller releases it
    /// with <see cref="ConnectionMetrics.Release"/>.
    /// </summary>
    internal ConnectionMetrics Of(ConnectionOrigin origin)
    {
        lock (_gate)
        {
            if (!_origins.TryGetValue(origin, out ConnectionMetrics? metrics))
            {
                _origins.Add(origin, metrics = new ConnectionMetrics(this, origin, [_system, .. origin.Tags]));
            }

            metrics.AddUser();
            return metrics;
        }
    }

    /// <summary>Returns the metrics of a client. The caller releases them with <see cref="ClientMetrics.Release"/>.</summary>
    internal ClientMetrics OfClient(string name)
    {
        ClientMetrics client = new(
            this,
            [_system, new KeyValuePair<string, object?>(ConnectionOrigin.ClientTag, name)]
        );
        lock (_gate)
        {
            _clients.Add(client);
        }

        return client;
    }

    /// <summary>Forgets a client that is gone.</summary>
    internal void Forget(ClientMetrics client)
    {
        lock (_gate)
        {
            _clients.Remove(client);
        }
    }

    /// <summary>Forgets the connections of an origin, if it has none and nobody makes any.</summary>
    internal void Forget(ConnectionMetrics metrics)
    {
        lock (_gate)
        {
            if (metrics.IsUnused && _origins.GetValueOrDefault(metrics.Origin) == metrics)
            {
                _origins.Remove(metrics.Origin);
            }
        }
    }

    /// <summary>Ends the reports: the reactor is gone.</summary>
    public void Dispose() => _meter.Dispose();

    private long Sum(Func<LoopCounters, long> of)
    {
        lock (_gate)
        {
            return _loops.Sum(of);
        }
    }

    private Measurement<long> Directed(long bytes, string direction) =>
        new(bytes, _system, new KeyValuePair<string, object?>("network.io.direction", direction));

    private ClientMetrics[] Clients()
    {
        lock (_gate)
        {
            return [.. _clients];
        }
    }

    private ConnectionMetrics[] Origins()
    {
        lock (_gate)
        {
            return [.. _origins.Values];
        }
    }
}
