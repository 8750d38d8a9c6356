using System;

namespace Akka.Reactor;

/// <summary>
/// The options that are set on a connection's socket. They are the keys of <c>akka.reactor.connection.socket</c>, with the same
/// names. A listener sets them once on its listening socket, and accepted TCP sockets inherit them. On a unix socket only the
/// buffer sizes are set. An option that the system refuses or does not have fails the bind or the connect, and the failure names
/// the option.
/// </summary>
public sealed record SocketOptions
{
    /// <summary>The defaults of <c>reference.conf</c>.</summary>
    public static SocketOptions Default { get; } = new();

    /// <summary>
    /// Whether small writes leave immediately, instead of waiting until the peer has acknowledged the write before (TCP_NODELAY).
    /// Default true.
    /// </summary>
    public bool NoDelay { get; init; } = true;

    /// <summary>The options of the probes with which the system asks a silent peer whether it is still there.</summary>
    public KeepAliveOptions KeepAlive { get; init; } = new();

    /// <summary>
    /// The number of bytes that the system may hold until the peer has acknowledged them (SO_SNDBUF). The system may cap the
    /// number. Default null: the system's own size, which grows as needed.
    /// </summary>
    public int? SendBuffer { get; init; }

    /// <summary>
    /// The number of bytes that the system may hold until the connection has received them from the system (SO_RCVBUF). The system
    /// may cap the number. Default null: the system's own size, which grows as needed.
    /// </summary>
    public int? ReceiveBuffer { get; init; }

    /// <summary>
    /// The connection ends if sent bytes are not acknowledged for this time (TCP_USER_TIMEOUT, milliseconds; Linux only). Default
    /// null: the system's own time, about 15 minutes.
    /// </summary>
    public TimeSpan? UserTimeout { get; init; }
}

/// <summary>
/// The probes that the system sends to a peer from which nothing arrives (SO_KEEPALIVE). The options are the keys of
/// <c>akka.reactor.connection.socket.keep-alive</c>. Times are counted in whole seconds, rounded up.
/// </summary>
public sealed record KeepAliveOptions
{
    /// <summary>When probes are sent. Default <see cref="KeepAliveWhen.NoIdleTimeout"/>.</summary>
    public KeepAliveWhen When { get; init; } = KeepAliveWhen.NoIdleTimeout;

    /// <summary>The time in which nothing arrives, or since probes are sent, before the first probe. Default 1 min.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The time between two probes. Default 15 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The number of probes without an answer after which the connection ends. Default 4; at most 127.</summary>
    public int Count { get; init; } = 4;
}
