using System;
using System.Collections.Generic;
using System.IO;

namespace Akka.Reactor;

/// <summary>How a listener works; the keys of <c>akka.reactor.listeners.NAME</c>, with the same names.</summary>
public sealed record ListenerOptions
{
    /// <summary>Its name, under which its actors appear below <c>/user/reactor</c>; null: one is made.</summary>
    public string? Name { get; init; }

    /// <summary>Connections the kernel holds ready before they are accepted; null, the default: as many as the system allows.</summary>
    public int? Backlog { get; init; }

    /// <summary>Connections accepted in one go before others have their turn. Default 64.</summary>
    public int AcceptBatch { get; init; } = 64;

    /// <summary>Open connections at which accepting pauses until one closes; the next wait in the backlog. Default 10,000.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>
    /// Open connections of one address above which another is reset at once. Default null: no limit. An IPv6 address is
    /// counted by itself, not with its network; peers of a unix socket are not counted.
    /// </summary>
    public int? MaxConnectionsPerAddress { get; init; }

    /// <summary>
    /// Other listeners and processes that say so too may listen at the same address (SO_REUSEPORT); Linux and FreeBSD
    /// spread the connections over them. A system that has no such option refuses to bind. Default false.
    /// </summary>
    public bool ReusePort { get; init; }

    /// <summary>At <c>[::]</c>, IPv4 is not taken too. Default false.</summary>
    public bool Ipv6Only { get; init; }

    /// <summary>
    /// The mode of a unix socket's file, which says who may connect. Default null: what the process's umask makes it.
    /// </summary>
    public UnixFileMode? UnixMode { get; init; }

    /// <summary>
    /// When the system shuts down: how long connections may take to finish before they are aborted. Default 4 s. Akka's
    /// coordinated shutdown bounds it by 80 % of its phase <c>service-unbind</c>.
    /// </summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Bounds and timeouts of its connections.</summary>
    public ConnectionOptions Connection { get; init; } = ConnectionOptions.Default;

    /// <summary>Certificate and rules of TLS, for <c>tls://</c> and for <see cref="ProtocolActor.StartTls"/>; null: no TLS.</summary>
    public TlsServerOptions? Tls { get; init; }

    /// <summary>Layers put on every connection before its protocol sees it, lowest first.</summary>
    public IReadOnlyList<Layer> Layers { get; init; } = [];

    /// <summary>Logs every connection's beginning and end at info level. Default false.</summary>
    public bool LogConnections { get; init; }
}
