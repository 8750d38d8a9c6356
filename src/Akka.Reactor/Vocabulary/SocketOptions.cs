using System;

namespace Akka.Reactor;

/// <summary>
/// What the operating system is told of a connection's socket; the keys of <c>akka.reactor.connection.socket</c>, with the
/// same names. A listener's socket is told once, and those it accepts have it from there. Of a unix socket only the buffers
/// are told. An option that the system refuses or does not know fails the bind or the connect, and is named.
/// </summary>
public sealed record SocketOptions
{
    /// <summary>The defaults of <c>reference.conf</c>.</summary>
    public static SocketOptions Default { get; } = new();

    /// <summary>Small writes leave at once instead of waiting for the answer to the one before (TCP_NODELAY). Default true.</summary>
    public bool NoDelay { get; init; } = true;

    /// <summary>Whether and how the system asks a silent peer whether it is still there.</summary>
    public KeepAliveOptions KeepAlive { get; init; } = new();

    /// <summary>
    /// Bytes the system may hold that the peer has not acknowledged (SO_SNDBUF); the system may cap it. Default null: the
    /// system's own, which grows as needed.
    /// </summary>
    public int? SendBuffer { get; init; }

    /// <summary>
    /// Bytes the system may hold that were not received from it (SO_RCVBUF); the system may cap it. Default null: the
    /// system's own, which grows as needed.
    /// </summary>
    public int? ReceiveBuffer { get; init; }

    /// <summary>
    /// Sent bytes not being acknowledged for this long end the connection (TCP_USER_TIMEOUT, milliseconds; Linux only).
    /// Default null: the system's own, about 15 minutes.
    /// </summary>
    public TimeSpan? UserTimeout { get; init; }
}

/// <summary>
/// Probes of the system to a peer from which nothing comes (SO_KEEPALIVE); the keys of
/// <c>akka.reactor.connection.socket.keep-alive</c>. Times are counted in whole seconds, rounded up.
/// </summary>
public sealed record KeepAliveOptions
{
    /// <summary>
    /// Default true: <c>idle-timeout</c> pauses while a protocol has suspended reading, and a peer that has died meanwhile is found
    /// by these probes.
    /// </summary>
    public bool Enabled { get; init; } = true;

    /// <summary>How long nothing comes before the first probe. Default 1 min.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Between two probes. Default 15 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Probes without an answer that end the connection. Default 4; at most 127.</summary>
    public int Count { get; init; } = 4;
}
