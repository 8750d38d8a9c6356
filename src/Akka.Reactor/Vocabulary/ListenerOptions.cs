using System;
using System.Collections.Generic;
using System.IO;

namespace Akka.Reactor;

/// <summary>The options of a listener. They are the keys of <c>akka.reactor.listeners.NAME</c>, with the same names.</summary>
public sealed record ListenerOptions
{
    /// <summary>The listener's name, under which its actors appear below <c>/user/reactor</c>. Null: a name is generated.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// The number of connections that the kernel holds ready before they are accepted (the accept queue). Null, the default: as
    /// many as the system allows.
    /// </summary>
    public int? Backlog { get; init; }

    /// <summary>The number of connections that are accepted in one batch before other work has its turn. Default 64.</summary>
    public int AcceptBatch { get; init; } = 64;

    /// <summary>
    /// The number of open connections at which accepting pauses until one of them closes. Further connections wait in the backlog.
    /// Default 10,000.
    /// </summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>
    /// The largest number of open connections from one IPv4 address, or from one IPv6 network of
    /// <see cref="Ipv6AddressPrefix"/> bits. A further connection is reset immediately. Default null: there is no limit. Peers of a
    /// unix socket are not counted.
    /// </summary>
    public int? MaxConnectionsPerAddress { get; init; }

    /// <summary>
    /// The length in bits of the IPv6 networks that <see cref="MaxConnectionsPerAddress"/> counts, 1 to 128. Default 64: the network
    /// that a site gives one subscriber, in which each host can choose any number of addresses. With 128 each address counts by
    /// itself.
    /// </summary>
    public int Ipv6AddressPrefix { get; init; } = 64;

    /// <summary>
    /// Whether other listeners and processes that set this option, too, may listen at the same address (SO_REUSEPORT). Linux and
    /// FreeBSD spread the connections over them. On a system without this option the bind fails. Default false.
    /// </summary>
    public bool ReusePort { get; init; }

    /// <summary>Whether a listener at <c>[::]</c> accepts only IPv6, and not IPv4 as well. Default false.</summary>
    public bool Ipv6Only { get; init; }

    /// <summary>
    /// The mode of a unix socket's file, which determines who may connect. Default null: the mode that the process's umask gives.
    /// </summary>
    public UnixFileMode? UnixMode { get; init; }

    /// <summary>
    /// The time that connections have to finish before they are aborted, when the listener is drained, such as at a shutdown of the
    /// system. Default 4 s. Akka's coordinated shutdown limits it to 80 % of the timeout of its phase <c>service-unbind</c>.
    /// </summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>The bounds and timeouts of the listener's connections.</summary>
    public ConnectionOptions Connection { get; init; } = ConnectionOptions.Default;

    /// <summary>
    /// The certificate and the TLS options, for <c>tls://</c> and for <see cref="ProtocolActor.StartTls"/>. Null: there is no TLS.
    /// </summary>
    public TlsServerOptions? Tls { get; init; }

    /// <summary>The layers that are put on every connection before its protocol sees it, the lowest first.</summary>
    public IReadOnlyList<Layer> Layers { get; init; } = [];

    /// <summary>Whether the beginning and the end of every connection are logged at info level. Default false.</summary>
    public bool LogConnections { get; init; }
}
