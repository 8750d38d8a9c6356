using System;
using Akka.Actor;
using Akka.Reactor.Layers.Proxies;

namespace Akka.Reactor;

/// <summary>
/// The PROXY protocol (haproxy's proxy-protocol.txt, versions 1 and 2). An intermediary that passes a connection on uses it to
/// tell the server behind it whose connection it is.
/// </summary>
public static class ProxyProtocol
{
    /// <summary>The name of <see cref="ReceiverLayer"/>.</summary>
    internal const string ReceiverName = "proxy-protocol";

    /// <summary>
    /// Returns the Props of the layer that receives the header: <c>Context.ActorOf(ProxyProtocol.Receiver(transport, options))</c>.
    /// </summary>
    public static Props Receiver(IActorRef transport, ProxyReceiverOptions options)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(options);
        return Props.Create(() => new ProxyReceiverLayer(transport, options));
    }

    /// <summary>
    /// Returns the same as a layer named <c>proxy-protocol</c>, for <see cref="ListenerOptions.Layers"/>: below <c>tls</c>, because
    /// the header comes before the ClientHello. The layers above and the protocol begin when the header is read, and see the client
    /// as <see cref="Connected.Remote"/>; <see cref="Connected.Proxied"/> has the header and the real peer. A connection without a
    /// valid header closes with <see cref="ProxyHeaderException"/> or <see cref="ProxyHeaderTimeoutException"/>, one that comes from
    /// no trusted network with <see cref="ProxyNotTrustedException"/>, and no other connection is affected.
    /// </summary>
    public static Layer ReceiverLayer(ProxyReceiverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Layer(ReceiverName, transport => Receiver(transport, options)) { Unread = UnreadPolicy.Forward };
    }

    /// <summary>
    /// Returns the Props of the layer that sends the header: <c>Context.ActorOf(ProxyProtocol.Sender(transport, options))</c>.
    /// </summary>
    public static Props Sender(IActorRef transport, ProxyProtocolOptions options)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(options);
        return Props.Create(() => new ProxySenderLayer(transport, options));
    }

    /// <summary>
    /// Returns the same as a layer named <c>proxy-protocol-v1</c> or <c>proxy-protocol-v2</c>, for
    /// <see cref="ConnectOptions.Layers"/>. With the default options it is the layer that these names mean in configuration.
    /// The layer sends the header ahead of everything else and waits for nothing. The peer's bytes pass through.
    /// </summary>
    public static Layer SenderLayer(ProxyProtocolOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string name = options.Version == ProxyProtocolVersion.V1 ? "proxy-protocol-v1" : "proxy-protocol-v2";
        return new Layer(name, transport => Sender(transport, options)) { Unread = UnreadPolicy.Forward };
    }
}
