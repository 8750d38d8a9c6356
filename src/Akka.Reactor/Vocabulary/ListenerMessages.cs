using System;
using System.Collections.Generic;
using System.Net;
using Akka.Actor;

namespace Akka.Reactor;

/// <summary>
/// Asks the manager (<see cref="ReactorExtension.Manager"/>) to listen. The sender receives <see cref="Bound"/> or
/// <see cref="BindFailed"/>.
/// </summary>
/// <param name="EndPoint">
/// <c>tcp://HOST:PORT</c> or <c>tls://HOST:PORT</c>, in which HOST is an address or <c>localhost</c> (127.0.0.1 and ::1) and
/// port 0 lets the system choose; or <c>unix:/PATH</c>.
/// </param>
/// <param name="Protocol">
/// The Props of the actor that is created for every connection, usually a <see cref="ProtocolActor"/>.
/// </param>
/// <param name="Options">The options of the listener. Null: the configuration's defaults.</param>
public sealed record Bind(string EndPoint, Props Protocol, ListenerOptions? Options = null)
    : INoSerializationVerificationNeeded;

/// <summary>Reports that the listener accepts connections.</summary>
/// <param name="Listener">
/// The listener's actor. It accepts <see cref="Unbind"/>, <see cref="Drain"/> and <see cref="GetStatus"/>.
/// </param>
/// <param name="Name">The listener's name.</param>
/// <param name="LocalEndPoint">
/// An <see cref="IPEndPoint"/> with the port that the system chose, or the path of a unix socket. For <c>localhost</c>, the first
/// of <see cref="LocalEndPoints"/>.
/// </param>
/// <param name="Secure">True if TLS begins with the first byte.</param>
public sealed record Bound(IActorRef Listener, string Name, EndPoint LocalEndPoint, bool Secure)
    : INoSerializationVerificationNeeded
{
    /// <summary>
    /// All addresses at which the listener listens, all with the same port: for <c>localhost</c> the loopback addresses that this
    /// machine has, 127.0.0.1 before ::1; otherwise <see cref="LocalEndPoint"/> alone.
    /// </summary>
    public IReadOnlyList<EndPoint> LocalEndPoints { get; init; } = [LocalEndPoint];

    /// <summary>The port of <see cref="LocalEndPoint"/>; 0 for a unix socket, which has none.</summary>
    public int Port => (LocalEndPoint as IPEndPoint)?.Port ?? 0;
}

/// <summary>Reports that the listener could not be started.</summary>
/// <param name="EndPoint">The end point as it was asked for.</param>
/// <param name="Cause">The reason.</param>
public sealed record BindFailed(string EndPoint, ReactorException Cause) : INoSerializationVerificationNeeded;

/// <summary>
/// Asks a listener to accept no more connections. Open connections continue. The sender receives <see cref="Unbound"/>.
/// </summary>
public sealed record Unbind : INoSerializationVerificationNeeded
{
    internal static Unbind Instance { get; } = new();
}

/// <summary>Reports that the listening socket is closed.</summary>
public sealed record Unbound : INoSerializationVerificationNeeded
{
    internal static Unbound Instance { get; } = new();
}

/// <summary>
/// Asks a listener, or the manager for all listeners, to accept no more connections, to send <see cref="Draining"/> to every
/// protocol, and to abort the remaining connections when the time is over. The sender receives <see cref="DrainCompleted"/>.
/// </summary>
/// <param name="Timeout">The time that connections have to finish. Null: the <c>drain-timeout</c> of each listener.</param>
public sealed record Drain(TimeSpan? Timeout = null) : INoSerializationVerificationNeeded;

/// <summary>Reports that every connection has ended.</summary>
/// <param name="Aborted">The number of connections that had to be aborted.</param>
public sealed record DrainCompleted(int Aborted) : INoSerializationVerificationNeeded;

/// <summary>
/// Asks a listener, a client or the manager for its status. A listener answers with <see cref="ListenerStatus"/>, a client with
/// <see cref="ClientStatus"/>, and the manager with <see cref="ReactorStatus"/>.
/// </summary>
public sealed record GetStatus : INoSerializationVerificationNeeded
{
    internal static GetStatus Instance { get; } = new();
}

/// <summary>The status of a listener.</summary>
/// <param name="Name">The listener's name.</param>
/// <param name="LocalEndPoint">The address at which the listener listens, or listened; the first one if there are several.</param>
/// <param name="OpenConnections">The number of connections that were accepted and have not ended.</param>
/// <param name="AcceptedConnections">The number of connections that were accepted since the bind.</param>
/// <param name="State">Whether the listener accepts connections, and if not, why not.</param>
public sealed record ListenerStatus(
    string Name,
    EndPoint LocalEndPoint,
    int OpenConnections,
    long AcceptedConnections,
    ListenerState State
) : INoSerializationVerificationNeeded
{
    /// <summary>All addresses at which the listener listens, or listened. See <see cref="Bound.LocalEndPoints"/>.</summary>
    public IReadOnlyList<EndPoint> LocalEndPoints { get; init; } = [LocalEndPoint];

    /// <summary>True if nothing keeps the listener from accepting.</summary>
    public bool Accepting => State == ListenerState.Accepting;

    /// <summary>
    /// The operating system's error number while the state is <see cref="ListenerState.AcceptFailing"/> or
    /// <see cref="ListenerState.OutOfResources"/>, otherwise 0.
    /// </summary>
    public int Errno { get; init; }

    /// <summary>
    /// The number of connections that were reset since the bind because their address or IPv6 network had <c>max-connections-per-address</c>
    /// connections open.
    /// </summary>
    public long RefusedByAddress { get; init; }

    /// <summary>
    /// The number of connections that were reset since the bind because descriptors or socket memory were missing for more than
    /// 30 s.
    /// </summary>
    public long ResetForResources { get; init; }

    /// <summary>The number of connections that were ended since the bind because of <c>memory-limit</c>.</summary>
    public long ShedForMemory { get; init; }
}

/// <summary>The state of a listener: whether it accepts connections, and if not, why not.</summary>
public enum ListenerState
{
    /// <summary>The listener accepts connections.</summary>
    Accepting,

    /// <summary>The number of open connections is <c>max-connections</c>. The listener continues when one of them ends.</summary>
    AtMaxConnections,

    /// <summary>
    /// All connections together hold more than <c>akka.reactor.memory-limit</c>. The listener continues when enough memory is free.
    /// </summary>
    AtMemoryLimit,

    /// <summary>Descriptors or socket memory are missing. The listener tries again by itself.</summary>
    OutOfResources,

    /// <summary>The system refuses to accept for another reason. The listener tries again by itself.</summary>
    AcceptFailing,

    /// <summary>
    /// The listener has received <see cref="Unbind"/>: the listening socket is closed, and open connections continue.
    /// </summary>
    Unbound,

    /// <summary>The listener has received <see cref="Drain"/>, and ends when its connections have ended.</summary>
    Draining,
}

/// <summary>A listener could not be started: its address could not be bound, or an option is not allowed.</summary>
public sealed class BindException : ReactorException
{
    internal BindException(
        string endPoint,
        string? listener,
        string reason,
        int errno = 0,
        Exception? innerException = null
    )
        : base(
            $"Cannot listen on {endPoint}{(listener is null ? "" : $" (listener {listener})")}: {reason}.",
            innerException
        )
    {
        Listener = listener;
        EndPoint = endPoint;
        Errno = errno;
    }

    /// <summary>The end point as it was asked for.</summary>
    public string EndPoint { get; }

    /// <summary>The listener's name; null if none was given.</summary>
    public string? Listener { get; }

    /// <summary>The operating system's error number; 0 if there is none.</summary>
    public int Errno { get; }
}
