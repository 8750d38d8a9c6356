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
