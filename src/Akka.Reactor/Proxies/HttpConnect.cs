using System;
using Akka.Actor;
using Akka.Reactor.Proxies;

namespace Akka.Reactor;

/// <summary>
/// The way out through an HTTP proxy (CONNECT, RFC 9110, section 9.3.6): a layer on a connection to the proxy, which speaks
/// with it until the way to the target is open, and from then on changes nothing. Where it fails, the connection closes with
/// a <see cref="ProxyException"/> or <see cref="ProxyTimeoutException"/>.
/// </summary>
public static class HttpConnect
{
    /// <summary>The Props of the layer on a transport: <c>Context.ActorOf(HttpConnect.Client(transport, options))</c>.</summary>
    public static Props Client(IActorRef transport, HttpConnectOptions options)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(options);
        return Props.Create(() => new ProxyClientLayer(transport, options));
    }

    /// <summary>The same as a layer named <c>http-connect</c>, for <see cref="ConnectOptions.Layers"/>.</summary>
    public static Layer ClientLayer(HttpConnectOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Layer("http-connect", transport => Client(transport, options));
    }
}
