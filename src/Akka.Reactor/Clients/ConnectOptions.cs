using System;
using System.Collections.Generic;
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

    /// <summary>Bounds and timeouts of the connection.</summary>
    public ConnectionOptions Connection { get; init; } = ConnectionOptions.Default;

    /// <summary>
    /// Rules of TLS, for <c>tls://</c> and <see cref="ProtocolActor.StartTls"/>; null: the end point's host name is
    /// verified, with <see cref="HandshakeTimeout"/> and <see cref="Protocols"/>.
    /// </summary>
    public TlsClientOptions? Tls { get; init; }

    /// <summary>Where <see cref="Tls"/> is null: the whole handshake must be done within this time. Default 10 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where <see cref="Tls"/> is null: the versions offered. Default TLS 1.2 and 1.3.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Layers put on the connection before its protocol sees it, lowest first; TLS of <c>tls://</c> comes on top.</summary>
    public IReadOnlyList<Layer> Layers { get; init; } = [];
}
