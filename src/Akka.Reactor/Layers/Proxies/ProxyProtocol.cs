using System;
using Akka.Actor;
using Akka.Reactor.Layers.Proxies;

namespace Akka.Reactor;

/// <summary>
/// The PROXY protocol (haproxy's proxy-protocol.txt, versions 1 and 2), by which who passes a connection on tells the server
/// behind whose it is.
/// </summary>
public static class ProxyProtocol
{
    /// <summary>The Props of the layer that sends the header: <c>Context.ActorOf(ProxyProtocol.Sender(transport, options))</c>.</summary>
    public static Props Sender(IActorRef transport, ProxyProtocolOptions options)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(options);
        return Props.Create(() => new ProxySenderLayer(transport, options));
    }

    /// <summary>
    /// The same as a layer named <c>proxy-protocol-v1</c> or <c>proxy-protocol-v2</c>, for <see cref="ConnectOptions.Layers"/>;
    /// with the default options it is what configuration means by these names. The header is sent ahead of everything else, and
    /// nothing is awaited; what the peer sends passes through.
    /// </summary>
    public static Layer SenderLayer(ProxyProtocolOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        string name = options.Version == ProxyProtocolVersion.V1 ? "proxy-protocol-v1" : "proxy-protocol-v2";
        return new Layer(name, transport => Sender(transport, options)) { Unread = UnreadPolicy.Forward };
    }
}
