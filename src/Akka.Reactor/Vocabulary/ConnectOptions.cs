using System;
using System.Collections.Generic;
using System.Net;
using System.Security.Authentication;

namespace Akka.Reactor;

/// <summary>The options of an outgoing connection. They are the keys of <c>akka.reactor.client</c>, with the same names.</summary>
public sealed record ConnectOptions
{
    /// <summary>The time limit for resolving the name. Default 5 s; infinite switches the limit off.</summary>
    public TimeSpan DnsTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The time limit for connecting. If the addresses of a name are tried one after the other, each has its share of the remaining
    /// time. Default 10 s; infinite switches the limit off.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The order in which the addresses of a name are tried. Default: one after the other.</summary>
    public ConnectOrder ConnectOrder { get; init; }

    /// <summary>
    /// With <see cref="ConnectOrder.HappyEyeballs"/>, the time after which another address is tried in addition to those that have
    /// not answered. Default 250 ms (RFC 8305, section 5).
    /// </summary>
    public TimeSpan ConnectStagger { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The address of this machine to connect from, with its scope and port; with port 0 the system chooses the port. Addresses of
    /// another family are not tried. Null, the default: the system chooses.
    /// </summary>
    public IPEndPoint? LocalAddress { get; init; }

    /// <summary>
    /// A connection of the same system, whose loop also serves the new connection, so that messages between the two need no thread
    /// switch. Null, the default: the loops take turns.
    /// </summary>
    public Connected? LoopOf { get; init; }

    /// <summary>The resolver that finds the addresses of names. Null, the default: the operating system's.</summary>
    public INameResolver? NameResolver { get; init; }

    /// <summary>The bounds and timeouts of the connection.</summary>
    public ConnectionOptions Connection { get; init; } = ConnectionOptions.Default;

    /// <summary>
    /// The TLS options, for <c>tls://</c> and <see cref="ProtocolActor.StartTls"/>. Null: the end point's host name is verified,
    /// with <see cref="HandshakeTimeout"/> and <see cref="Protocols"/>.
    /// </summary>
    public TlsClientOptions? Tls { get; init; }

    /// <summary>
    /// The time limit for the whole handshake if <see cref="Tls"/> is null. It also applies to TLS with each proxy, and to the
    /// dialogue with each proxy that has no <see cref="Proxy.HandshakeTimeout"/>. Default 10 s.
    /// </summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The TLS versions that are offered if <see cref="Tls"/> is null. Default TLS 1.2 and 1.3.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>
    /// The proxies to go through, the nearest first. Each proxy is asked to open the way to the next one, and the last proxy to
    /// open the way to the end point, whose name it resolves. Each dialogue has the limit <see cref="HandshakeTimeout"/>, unless
    /// the proxy has its own <see cref="Proxy.HandshakeTimeout"/>. Default: none.
    /// </summary>
    public IReadOnlyList<Proxy> Proxies { get; init; } = [];

    /// <summary>
    /// The layers that are put on the connection before its protocol sees it, the lowest first. The TLS layer of <c>tls://</c> is
    /// put on top of them.
    /// </summary>
    public IReadOnlyList<Layer> Layers { get; init; } = [];
}
