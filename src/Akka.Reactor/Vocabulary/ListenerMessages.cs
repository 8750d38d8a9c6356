using System;
using System.Net;
using Akka.Actor;

namespace Akka.Reactor;

/// <summary>To the manager: listen. Answered with <see cref="Bound"/> or <see cref="BindFailed"/>.</summary>
/// <param name="EndPoint"><c>tcp://HOST:PORT</c> or <c>tls://HOST:PORT</c>, where HOST is an address or <c>localhost</c> and port 0 lets the system choose; or <c>unix:/PATH</c>.</param>
/// <param name="Protocol">Made anew for every connection, usually a <see cref="ProtocolActor"/>.</param>
/// <param name="Options">Null: the configuration's defaults.</param>
public sealed record Bind(string EndPoint, Props Protocol, ListenerOptions? Options = null)
    : INoSerializationVerificationNeeded;

/// <summary>The listener accepts connections.</summary>
/// <param name="Listener">Understands <see cref="Unbind"/>, <see cref="Drain"/> and <see cref="GetStatus"/>.</param>
/// <param name="Name">Its name.</param>
/// <param name="LocalEndPoint">An <see cref="IPEndPoint"/> with the port the system chose, or a unix socket's path.</param>
/// <param name="Secure">True when TLS begins with the first byte.</param>
public sealed record Bound(IActorRef Listener, string Name, EndPoint LocalEndPoint, bool Secure)
    : INoSerializationVerificationNeeded
{
    /// <summary>The port of <see cref="LocalEndPoint"/>; 0 for a unix socket, which has none.</summary>
    public int Port => (LocalEndPoint as IPEndPoint)?.Port ?? 0;
}

/// <summary>The listener could not be made.</summary>
/// <param name="EndPoint">As asked for.</param>
/// <param name="Cause">Why.</param>
public sealed record BindFailed(string EndPoint, ReactorException Cause) : INoSerializationVerificationNeeded;

/// <summary>To a listener: accept no more. Open connections go on. Answered with <see cref="Unbound"/>.</summary>
public sealed record Unbind : INoSerializationVerificationNeeded
{
    internal static Unbind Instance { get; } = new();
}

/// <summary>The listening socket is closed.</summary>
public sealed record Unbound : INoSerializationVerificationNeeded
{
    internal static Unbound Instance { get; } = new();
}

/// <summary>
/// To a listener, or to the manager for all of them: accept no more, tell every protocol <see cref="Draining"/>, and abort
/// what is left when the time is over. Answered with <see cref="DrainCompleted"/>.
/// </summary>
/// <param name="Timeout">How long connections may take to finish; null: each listener's <c>drain-timeout</c>.</param>
public sealed record Drain(TimeSpan? Timeout = null) : INoSerializationVerificationNeeded;

/// <summary>Every connection has ended.</summary>
/// <param name="Aborted">How many had to be aborted.</param>
public sealed record DrainCompleted(int Aborted) : INoSerializationVerificationNeeded;

/// <summary>To a listener: answered with <see cref="ListenerStatus"/>. To a client: with <see cref="ClientStatus"/>.</summary>
public sealed record GetStatus : INoSerializationVerificationNeeded
{
    internal static GetStatus Instance { get; } = new();
}

/// <summary>What a listener is at.</summary>
/// <param name="Name">Its name.</param>
/// <param name="LocalEndPoint">Where it listens, or listened.</param>
/// <param name="OpenConnections">Accepted and not ended yet.</param>
/// <param name="AcceptedConnections">Accepted since it was bound.</param>
/// <param name="State">Whether it accepts, and why not.</param>
public sealed record ListenerStatus(
    string Name,
    EndPoint LocalEndPoint,
    int OpenConnections,
    long AcceptedConnections,
    ListenerState State
) : INoSerializationVerificationNeeded
{
    /// <summary>True when nothing keeps it from accepting.</summary>
    public bool Accepting => State == ListenerState.Accepting;

    /// <summary>The operating system's error number while <see cref="ListenerState.AcceptFailing"/> or <see cref="ListenerState.OutOfResources"/>, else 0.</summary>
    public int Errno { get; init; }

    /// <summary>Reset since it was bound, because their address had <c>max-connections-per-address</c> open.</summary>
    public long RefusedByAddress { get; init; }

    /// <summary>Reset since it was bound, because there was no descriptor for them for more than 30 s.</summary>
    public long ResetForResources { get; init; }
}

/// <summary>Whether a listener accepts, and why not.</summary>
public enum ListenerState
{
    /// <summary>It accepts.</summary>
    Accepting,

    /// <summary>As many as <c>max-connections</c> are open; it goes on when one ends.</summary>
    AtMaxConnections,

    /// <summary>Descriptors or socket memory are missing; it tries again by itself.</summary>
    OutOfResources,

    /// <summary>The system refuses to accept for another reason; it tries again by itself.</summary>
    AcceptFailing,

    /// <summary>After <see cref="Unbind"/>: the listening socket is closed, connections go on.</summary>
    Unbound,

    /// <summary>After <see cref="Drain"/>: it ends with its connections.</summary>
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

    /// <summary>The listener's name, where it was given one.</summary>
    public string? Listener { get; }

    /// <summary>The operating system's error number, 0 where there was none.</summary>
    public int Errno { get; }
}
