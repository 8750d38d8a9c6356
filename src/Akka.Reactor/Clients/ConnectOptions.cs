using System;
using System.Collections.Generic;

namespace Akka.Reactor;

/// <summary>How an outgoing connection is made; the keys of <c>akka.reactor.client</c>, with the same names.</summary>
public sealed record ConnectOptions
{
    /// <summary>Resolving the name must be done within this time. Default 5 s.</summary>
    public TimeSpan DnsTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Connecting, over all addresses of the name, must be done within this time. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bounds and timeouts of the connection.</summary>
    public ConnectionOptions Connection { get; init; } = ConnectionOptions.Default;

    /// <summary>Rules of TLS, for <c>tls://</c> and <see cref="ProtocolActor.StartTls"/>; null: the defaults, for the end point's host name.</summary>
    public TlsClientOptions? Tls { get; init; }

    /// <summary>Layers put on the connection before its protocol sees it, lowest first; TLS of <c>tls://</c> comes on top.</summary>
    public IReadOnlyList<Layer> Layers { get; init; } = [];
}
