using System;
using System.Net;
using Akka.Actor;

namespace Akka.Reactor;

/// <summary>To the manager: listen. Answered with <see cref="Bound"/> or <see cref="BindFailed"/>.</summary>
/// <param name="EndPoint"><c>tcp://HOST:PORT</c> or <c>tls://HOST:PORT</c>; HOST is an address or <c>localhost</c>, port 0 lets the system choose.</param>
/// <param name="Protocol">Made anew for every connection, usually a <see cref="ProtocolActor"/>.</param>
/// <param name="Options">Null: the configuration's defaults.</param>
public sealed record Bind(string EndPoint, Props Protocol, ListenerOptions? Options = null)
    : INoSerializationVerificationNeeded;

/// <summary>The listener accepts connections.</summary>
/// <param name="Listener">Understands <see cref="Unbind"/>, <see cref="Drain"/> and <see cref="GetStatus"/>.</param>
/// <param name="Name">Its name.</param>
/// <param name="LocalEndPoint">The address, with the port the system chose.</param>
/// <param name="Secure">True when TLS begins with the first byte.</param>
public sealed record Bound(IActorRef Listener, string Name, IPEndPoint LocalEndPoint, bool Secure)
    : INoSerializationVerificationNeeded;

/// <summary>The listener could not be made.</summary>
/// <param name="EndPoint">As asked for.</param>
/// <param name="Reason">Why.</param>
public sealed record BindFailed(string EndPoint, ReactorException Reason) : INoSerializationVerificationNeeded;

/// <summary>To a listener: accept no more. Open connections go on. Answered with <see cref="Unbound"/>.</summary>
public sealed record Unbind : INoSerializationVerificationNeeded
{
    /// <summary>The only instance needed.</summary>
    public static Unbind Instance { get; } = new();
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

/// <summary>To a listener: answered with <see cref="ListenerStatus"/>.</summary>
public sealed record GetStatus : INoSerializationVerificationNeeded
{
    /// <summary>The only instance needed.</summary>
    public static GetStatus Instance { get; } = new();
}

/// <summary>What a listener is at.</summary>
/// <param name="Name">Its name.</param>
/// <param name="LocalEndPoint">Where it listens.</param>
/// <param name="OpenConnections">Accepted and not ended yet.</param>
/// <param name="AcceptedConnections">Accepted since it was bound.</param>
/// <param name="Accepting">False while paused at <c>max-connections</c> or for want of descriptors, and after unbinding.</param>
public sealed record ListenerStatus(
    string Name,
    IPEndPoint LocalEndPoint,
    int OpenConnections,
    long AcceptedConnections,
    bool Accepting
) : INoSerializationVerificationNeeded;

/// <summary>An address could not be bound.</summary>
public sealed class BindException : ReactorException
{
    /// <summary>Names the end point and the reason.</summary>
    public BindException(string endPoint, string reason, int errno = 0, Exception? innerException = null)
        : base($"Cannot listen on {endPoint}: {reason}.", innerException)
    {
        EndPoint = endPoint;
        Errno = errno;
    }

    /// <summary>As asked for.</summary>
    public string EndPoint { get; }

    /// <summary>The operating system's error number, 0 where there was none.</summary>
    public int Errno { get; }
}
