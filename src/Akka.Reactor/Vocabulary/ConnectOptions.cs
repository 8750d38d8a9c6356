using System;
using System.Collections.Generic;
using System.Net;
using System.Security.Authentication;

namespace Akka.Reactor;

/// <summary>How an outgoing connection is made; the keys of <c>akka.reactor.client</c>, with the same names.</summary>
public sealed record ConnectOptions
{
    /// <summary>Resolving the name must be done within this time. Default 5 s; infinite switches it off.</summary>
    public TimeSpan DnsTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Connecting must be done within this time. A name's addresses are tried one after the other, each for its share of what is
    /// left. Default 10 s; infinite switches it off.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>In which order the addresses of a name are tried. Default: one after the other.</summary>
    public ConnectOrder ConnectOrder { get; init; }

    /// <summary>
    /// With <see cref="ConnectOrder.HappyEyeballs"/>: after how long another address is tried beside those that have not
    /// answered. Default 250 ms (RFC 8305, section 5).
    /// </summary>
    public TimeSpan ConnectStagger { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The address of this machine to connect from, with its scope and port; port 0 lets the system choose. Addresses of
    /// another family are not tried. Null, the default: the system chooses.
    /// </summary>
    public IPEndPoint? LocalAddress { get; init; }

    /// <summary>
    /// A connection of the same system: the new one is served by its loop, so that what they tell each other needs no thread
    /// switch. Null, the default: by whichever loop is next.
    /// </summary>
    public Connected? LoopOf { get; init; }

    /// <summary>Who finds the addresses of names. Null, the default: the operating system.</summary>
    public INameResolver? NameResolver { get; init; }

    /// <summary>Bounds and timeouts of the connection.</summary>
    public ConnectionOptions Connection { get; init; } = ConnectionOptions.Default;

    /// <summary>
    /// Rules of TLS, for <c>tls://</c> and <see cref="ProtocolActor.StartTls"/>; null: the end point's host name is
    /// verified, with <see cref="HandshakeTimeout"/> and <see cref="Protocols"/>.
    /// </summary>
    public TlsClientOptions? Tls { get; init; }

    /// <summary>
    /// Where <see cref="Tls"/> is null: the whole handshake must be done within this time. It also bounds TLS with each proxy, and
    /// the dialogue with each proxy that has no <see cref="Proxy.HandshakeTimeout"/>. Default 10 s.
    /// </summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where <see cref="Tls"/> is null: the versions offered. Default TLS 1.2 and 1.3.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>
    /// Proxies to go through, the nearest first: each is asked to open the way to the next, and the last one to the end point,
    /// whose name it resolves. Default: none. Each dialogue has
    /// <see cref="HandshakeTimeout"/>, unless its <see cref="Proxy.HandshakeTimeout"/> says otherwise.
    /// </summary>
    public IReadOnlyList<Proxy> Proxies { get; init; } = [];

    /// <summary>Layers put on the connection before its protocol sees it, lowest first; TLS of <c>tls://</c> comes on top.</summary>
    public IReadOnlyList<Layer> Layers { get; init; } = [];
}
