using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace Akka.Reactor.Diagnostics;

/// <summary>
/// What is measured of the connections of one origin. It exists as long as the listener or client that makes them, and as long as one of
/// them is open. All members can be used on any thread.
/// </summary>
/// <param name="metrics">The metrics of the reactor.</param>
/// <param name="origin">The origin.</param>
/// <param name="tags">The attributes of every measurement.</param>
internal sealed class ConnectionMetrics(
    ReactorMetrics metrics,
    ConnectionOrigin origin,
    KeyValuePair<string, object?>[] tags
)
{
    private long _active;
    private long _handshakes;
    private int _users;

    internal ConnectionOrigin Origin => origin;

    /// <summary>The attributes of every measurement.</summary>
    internal ReadOnlySpan<KeyValuePair<string, object?>> Tags => tags;

    /// <summary>The number of connections that are open.</summary>
    internal long Active => Volatile.Read(ref _active);

    /// <summary>The number of TLS handshakes that are under way.</summary>
    internal long Handshakes => Volatile.Read(ref _handshakes);

    /// <summary>True if no connection is open, and nobody makes any.</summary>
    internal bool IsUnused => Volatile.Read(ref _users) == 0 && Active == 0;

    /// <summary>True while somebody listens to the ends of connections: only then they need to be described.</summary>
    internal bool WantsEnds => metrics.ConnectionDuration.Enabled;

    /// <summary>True while somebody listens to the ends of TLS handshakes.</summary>
    internal bool WantsHandshakes => metrics.HandshakeDuration.Enabled;

    /// <summary>True while somebody listens to attempts to connect.</summary>
    internal bool WantsAttempts => metrics.ConnectDuration.Enabled;

    /// <summary>Counts a listener or a client that makes connections.</summary>
    internal void AddUser() => Interlocked.Increment(ref _users);

    /// <summary>Ends the use by a listener or a client.</summary>
    internal void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            metrics.Forget(this);
        }
    }

    /// <summary>Counts a connection that is open from now on.</summary>
    internal void Opened() => Interlocked.Increment(ref _active);

    /// <summary>Counts a connection that is not open any more.</summary>
    internal void Closed()
    {
        if (Interlocked.Decrement(ref _active) == 0 && IsUnused)
        {
            metrics.Forget(this);
        }
    }

    /// <summary>Records the end of a connection, once for each.</summary>
    /// <param name="milliseconds">How long the connection lasted.</param>
    /// <param name="remote">The peer's address.</param>
    /// <param name="reason">The reason of the end.</param>
    /// <param name="cause">The failure; null if there was none.</param>
    /// <param name="tlsVersion">The version of TLS; null if the connection was in the clear.</param>
    internal void Ended(long milliseconds, EndPoint remote, string reason, ReactorException? cause, string? tlsVersion)
    {
        TagList all = new(tags) { { "akka.reactor.connection.end_reason", reason } };
        if (remote is IPEndPoint)
        {
            all.Add("network.type", remote.AddressFamily == AddressFamily.InterNetworkV6 ? "ipv6" : "ipv4");
        }

        AddTls(ref all, tlsVersion);
        AddFailure(ref all, cause);
        metrics.ConnectionDuration.Record(milliseconds / 1000.0, all);
    }

    /// <summary>Counts a TLS handshake that is under way from now on.</summary>
    internal void HandshakeBegins() => Interlocked.Increment(ref _handshakes);

    /// <summary>Counts a TLS handshake that is not under way any more.</summary>
    internal void HandshakeEnds() => Interlocked.Decrement(ref _handshakes);

    /// <summary>Records the end of a TLS handshake, once for each.</summary>
    /// <param name="milliseconds">How long the handshake took.</param>
    /// <param name="cause">The failure; null if TLS is established.</param>
    /// <param name="tlsVersion">The version of TLS; null if the handshake has failed.</param>
    internal void Shook(long milliseconds, ReactorException? cause, string? tlsVersion)
    {
        TagList all = new(tags);
        AddTls(ref all, tlsVersion);
        AddFailure(ref all, cause);
        metrics.HandshakeDuration.Record(milliseconds / 1000.0, all);
    }

    /// <summary>Records the end of an attempt to connect, once for each.</summary>
    /// <param name="milliseconds">How long the attempt took.</param>
    /// <param name="cause">The failure; null if the socket is connected.</param>
    internal void Attempted(long milliseconds, ReactorException? cause)
    {
        TagList all = new(tags);
        AddFailure(ref all, cause);
        metrics.ConnectDuration.Record(milliseconds / 1000.0, all);
    }

    /// <summary>Counts a connection that was reset before it began.</summary>
    /// <param name="reason">The reason, in lower case with hyphens between the words.</param>
    internal void Rejected(string reason)
    {
        if (metrics.Rejected.Enabled)
        {
            metrics.Rejected.Add(1, new TagList(tags) { { "reason", reason } });
        }
    }

    /// <summary>Counts writes that were refused because there was no room.</summary>
    internal void Refused(int writes)
    {
        if (writes > 0 && metrics.WritesRefused.Enabled)
        {
            metrics.WritesRefused.Add(writes, tags);
        }
    }

    private static void AddTls(ref TagList all, string? version)
    {
        if (version is not null)
        {
            all.Add("tls.protocol.version", version);
        }
    }

    private static void AddFailure(ref TagList all, ReactorException? cause)
    {
        if (cause is not null)
        {
            all.Add("error.type", cause.FailureClass.Name);
        }
    }
}
