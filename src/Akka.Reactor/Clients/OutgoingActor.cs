using System;
using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using Akka.Actor;
using Akka.Reactor.Clients.Dial;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Clients;

/// <summary>
/// Makes one outgoing connection: resolves the name, connects to the first address that answers, and adds the layers, whose
/// parent it is. It is the first protocol of the connection and stays until the connection ends. Derived classes define what it
/// does with the connection.
/// </summary>
internal abstract class OutgoingActor : ProtocolActor, Dialer.IOutcome
{
    private readonly ReactorEndPoint _endPoint;
    private readonly ConnectOptions _options;
    private readonly Selector _selector;
    private readonly Dialer _dialer;

    protected OutgoingActor(ReactorEndPoint endPoint, ConnectOptions options, Selector selector, INameResolver resolver)
    {
        _endPoint = endPoint;
        _options = options;
        _selector = selector;
        _dialer = new Dialer(
            FirstHop(endPoint, options),
            options,
            selector,
            options.NameResolver ?? resolver,
            Self,
            this
        );
    }

    /// <summary>Called when the connection cannot be made. Nothing of the connection is left.</summary>
    private protected abstract void OnUnreachable(ReactorException reason);

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(
            cause =>
            {
                CrashLog.Write(Log, _endPoint.ToString(), Sender, cause);
                return Directive.Stop;
            },
            loggingEnabled: false
        );

    protected override void PreStart() => _dialer.Start();

    protected override void PostStop() => _dialer.Stop();

    // Bytes that arrive before the protocol exists are kept for it.
    protected sealed override long OnReceived(ReadOnlySequence<byte> data) => 0;

    protected sealed override void OnPeerFinished() { }

    protected override void OnMessage(object message)
    {
        if (!_dialer.Handle(message))
        {
            base.OnMessage(message);
        }
    }

    void Dialer.IOutcome.Unreachable(ReactorException reason) => OnUnreachable(reason);

    void Dialer.IOutcome.Reached(EndPoint address, ConnectingSocket socket)
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
                fault as ReactorException ?? ConnectFailures.Of(_endPoint, address, SocketFault.Other, 0, fault.Message)
            );
            return;
        }

        // From here on the channel owns the descriptor. No call between its creation and this line can throw.
        _ = socket.Take();
        channel.Start(Self, socket.Met);
    }

    private Channel CreateChannel(EndPoint address, nint descriptor)
    {
        Layer? tls = TlsLayer();
        Connected connected = new(ActorRefs.Nobody, address, _selector.Sockets.LocalEndPoint(descriptor))
        {
            Options = _options.Connection,
            Layers = LayersWith(tls),
            KnownLayers = tls is null
                ? FrozenDictionary<string, Layer>.Empty
                : new Dictionary<string, Layer>(StringComparer.Ordinal) { ["tls"] = tls }.ToFrozenDictionary(
                    StringComparer.Ordinal
                ),
        };
        IActorRefProvider provider = ((ExtendedActorSystem)Context.System).Provider;
        return new Channel(_selector, descriptor, connected, Self.Path, provider, released: null);
    }

    private IReadOnlyList<Layer> LayersWith(Layer? tls)
    {
        List<Layer> layers =
        [
            .. ThroughProxies(),
            .. _options.Layers.Select(layer => layer == Tls.ClientLayer() && tls is not null ? tls : layer),
        ];
        if (_endPoint.Secure)
        {
            layers.Add(tls!);
        }

        return layers;
    }

    private static ReactorEndPoint FirstHop(ReactorEndPoint endPoint, ConnectOptions options) =>
        options.Proxies is [var first, ..] ? new ReactorEndPoint(Secure: false, first.Host, first.Port) : endPoint;

    private IEnumerable<Layer> ThroughProxies()
    {
        for (int hop = 0; hop < _options.Proxies.Count; hop++)
        {
            Proxy proxy = _options.Proxies[hop];
            (string host, int port) =
                hop + 1 < _options.Proxies.Count
                    ? (_options.Proxies[hop + 1].Host, _options.Proxies[hop + 1].Port)
                    : (_endPoint.Host, _endPoint.Port);
            if (proxy.Secure)
            {
                yield return Tls.ClientLayer(
                    new TlsClientOptions(proxy.Host)
                    {
                        TrustAnchors = _options.Tls?.TrustAnchors,
                        HandshakeTimeout = _options.HandshakeTimeout,
                        Protocols = _options.Protocols,
                    }
                );
            }

            yield return proxy.LayerTo(host, port, _options.HandshakeTimeout);
        }
    }

    // A certificate cannot be verified against a path, so TLS on a unix socket needs a host name in the options.
    private Layer? TlsLayer()
    {
        if (_options.Tls?.HostName is null && _endPoint.UnixPath is not null)
        {
            return null;
        }

        TlsClientOptions tls =
            _options.Tls
            ?? new TlsClientOptions { HandshakeTimeout = _options.HandshakeTimeout, Protocols = _options.Protocols };
        return Tls.ClientLayer(tls.For(_endPoint.Host.Split('%')[0]));
    }
}
