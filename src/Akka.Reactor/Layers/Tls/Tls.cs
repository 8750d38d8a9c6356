using System;
using Akka.Actor;
using Akka.Reactor.Layers.Tls;

namespace Akka.Reactor;

/// <summary>Creates TLS layers, for listeners and clients built in C# and for plain actors.</summary>
public static class Tls
{
    /// <summary>The name of every TLS layer.</summary>
    internal const string LayerName = "tls";

    private static readonly Layer s_towardsEndPoint = new(
        LayerName,
        _ => throw new InvalidOperationException("Tls.ClientLayer() needs the options of an outgoing connection.")
    );

    /// <summary>
    /// Returns the Props of a server's TLS layer on a transport: <c>Context.ActorOf(Tls.Server(transport, options))</c>.
    /// </summary>
    public static Props Server(IActorRef transport, TlsServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(options);
        return Props.Create(() => new TlsLayer(transport, options));
    }

    /// <summary>Returns the Props of a client's TLS layer on a transport.</summary>
    /// <exception cref="ArgumentException">The options name no host.</exception>
    public static Props Client(IActorRef transport, TlsClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(transport);
        RequireHost(options);
        return Props.Create(() => new TlsLayer(transport, options));
    }

    /// <summary>Returns a server's TLS as a layer named <c>tls</c>. The layer refuses bytes that were sent ahead of it.</summary>
    public static Layer ServerLayer(TlsServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new Layer(LayerName, transport => Server(transport, options));
    }

    /// <summary>Returns a client's TLS as a layer named <c>tls</c>.</summary>
    /// <exception cref="ArgumentException">The options name no host.</exception>
    public static Layer ClientLayer(TlsClientOptions options)
    {
        RequireHost(options);
        return new Layer(LayerName, transport => Client(transport, options));
    }

    /// <summary>
    /// Returns a TLS layer for <see cref="ConnectOptions.Layers"/>, with the rules of those options
    /// (<see cref="ConnectOptions.Tls"/>). The layer verifies the server as the host of the end point.
    /// </summary>
    public static Layer ClientLayer() => s_towardsEndPoint;

    private static void RequireHost(TlsClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.HostName is null)
        {
            throw new ArgumentException("HostName is missing; the server is verified against it.", nameof(options));
        }
    }
}
