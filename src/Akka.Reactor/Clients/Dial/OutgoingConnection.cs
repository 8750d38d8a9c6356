using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Clients.Dial;

/// <summary>
/// Makes one outgoing connection for an actor: dials, and creates the channel, whose first owner the actor is. The actor is a
/// protocol, so it puts the configured layers on the channel and is their parent. It passes its messages to
/// <see cref="Handle"/>.
/// </summary>
internal sealed class OutgoingConnection
{
    private readonly DialTarget _target;
    private readonly IActorContext _context;
    private readonly Action<ReactorException> _unreachable;
    private readonly Dialer _dialer;
    private long _startedAt;

    /// <param name="target">The end point, and how the connection is made.</param>
    /// <param name="context">The context of the actor.</param>
    /// <param name="unreachable">Called when the connection cannot be made. Nothing of the connection is left.</param>
    internal OutgoingConnection(DialTarget target, IActorContext context, Action<ReactorException> unreachable)
    {
        _target = target;
        _context = context;
        _unreachable = unreachable;
        _dialer = new Dialer(target with { EndPoint = FirstHop(target) }, context.Self, OnReached, OnUnreachable);
    }

    /// <summary>Begins to dial.</summary>
    internal void Start()
    {
        _startedAt = _target.Selector.Loop.Now;
        _dialer.Start();
    }

    /// <summary>Stops dialing. A connection that exists already ends with the actor.</summary>
    internal void Stop() => _dialer.Stop();

    /// <summary>Handles a message of the dialer; returns false for any other message.</summary>
    internal bool Handle(object message) => _dialer.Handle(message);

    /// <summary>Returns the strategy of the actor: a protocol or a layer that has failed is stopped, and logged.</summary>
    internal SupervisorStrategy Supervision(ILoggingAdapter log) =>
        new ReportingStrategy(
            (_, _) => Directive.Stop,
            (child, cause) => CrashLog.Write(log, _target.EndPoint.ToString(), child, cause)
        );

    private void OnReached(EndPoint address, ConnectingSocket socket)
    {
        Channel channel;
        try
        {
            channel = CreateChannel(address, socket.Descriptor);
        }
        catch (Exception fault)
        {
            socket.Close();
            OnUnreachable(
                fault as ReactorException
                    ?? ConnectFailures.Of(_target.EndPoint, address, SocketFault.Other, 0, fault.Message)
            );
            return;
        }

        // From here on the channel owns the descriptor. No call between its creation and this line can throw.
        _ = socket.Take();
        Measure(cause: null);
        channel.Start(_context.Self, socket.Met);
    }

    private void OnUnreachable(ReactorException reason)
    {
        Measure(reason);
        _unreachable(reason);
    }

    private void Measure(ReactorException? cause)
    {
        if (_target.Metrics.WantsAttempts)
        {
            _target.Metrics.Attempted(_target.Selector.Loop.Now - _startedAt, cause);
        }
    }

    private Channel CreateChannel(EndPoint address, nint descriptor)
    {
        Layer? tls = TlsLayer();
        Connected connected = new(ActorRefs.Nobody, address, _target.Selector.Sockets.LocalEndPoint(descriptor))
        {
            Options = _target.Options.Connection,
            Layers = LayersWith(tls),
            KnownLayers = tls is null
                ? FrozenDictionary<string, Layer>.Empty
                : new Dictionary<string, Layer>(StringComparer.Ordinal) { ["tls"] = tls }.ToFrozenDictionary(
                    StringComparer.Ordinal
                ),
        };
        IActorRefProvider provider = ((ExtendedActorSystem)_context.System).Provider;
        return new Channel(
            _target.Selector,
            descriptor,
            connected,
            _context.Self.Path,
            provider,
            _target.Metrics,
            released: null
        );
    }

    private IReadOnlyList<Layer> LayersWith(Layer? tls)
    {
        List<Layer> layers =
        [
            .. ThroughProxies(),
            .. _target.Options.Layers.Select(layer => layer == Tls.ClientLayer() && tls is not null ? tls : layer),
        ];
        if (_target.EndPoint.Secure)
        {
            layers.Add(tls!);
        }

        return layers;
    }

    private static ReactorEndPoint FirstHop(DialTarget target) =>
        target.Options.Proxies is [var first, ..]
            ? new ReactorEndPoint(Secure: false, first.Host, first.Port)
            : target.EndPoint;

    private IEnumerable<Layer> ThroughProxies()
    {
        for (int hop = 0; hop < _target.Options.Proxies.Count; hop++)
        {
            Proxy proxy = _target.Options.Proxies[hop];
            (string host, int port) =
                hop + 1 < _target.Options.Proxies.Count
                    ? (_target.Options.Proxies[hop + 1].Host, _target.Options.Proxies[hop + 1].Port)
                    : (_target.EndPoint.Host, _target.EndPoint.Port);
            if (proxy.Secure)
            {
                yield return Tls.ClientLayer(
                    new TlsClientOptions(proxy.Host)
                    {
                        TrustAnchors = _target.Options.Tls?.TrustAnchors,
                        HandshakeTimeout = _target.Options.HandshakeTimeout,
                        Protocols = _target.Options.Protocols,
                        CipherSuites = _target.Options.Tls?.CipherSuites ?? [],
                    }
                );
            }

            yield return proxy.LayerTo(host, port, _target.Options.HandshakeTimeout);
        }
    }

    // A certificate cannot be verified against a path, so TLS on a unix socket needs a host name in the options.
    private Layer? TlsLayer()
    {
        if (_target.Options.Tls?.HostName is null && _target.EndPoint.UnixPath is not null)
        {
            return null;
        }

        TlsClientOptions tls =
            _target.Options.Tls
            ?? new TlsClientOptions
            {
                HandshakeTimeout = _target.Options.HandshakeTimeout,
                Protocols = _target.Options.Protocols,
            };
        return Tls.ClientLayer(tls.For(_target.EndPoint.Host.Split('%')[0]));
    }
}
