using System;
using Akka.Actor;
using Akka.Reactor.Proxies;

namespace Akka.Reactor;

/// <summary>
/// The way out through a SOCKS5 proxy (RFC 1928): a layer on a connection to the proxy, which speaks with it until the way to
/// the target is open, and from then on changes nothing. Where it fails, the connection closes with a
/// <see cref="ProxyException"/> or <see cref="ProxyTimeoutException"/>.
/// </summary>
public static class Socks5
{
    /// <summary>The Props of the layer on a transport: <c>Context.ActorOf(Socks5.Client(transport, options))</c>.</summary>
    public static Props Client(IActorRef transport, Socks5Options options)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(options);
        return Props.Create(() => new ProxyClientLayer(transport, options));
    }

    /// <summary>The same as a layer named <c>socks5</c>, for <see cref="ConnectOptions.Layers"/>.</summary>
    public static Layer ClientLayer(Socks5Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Layer("socks5", transport => Client(transport, options));
    }
}
