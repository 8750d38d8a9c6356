using System;
using System.Net;

namespace Akka.Reactor;

/// <summary>
/// The peer reset the connection (RFC 9293, section 3.5.2), or the operating system gave the connection up as dead.
/// </summary>
public sealed class ConnectionResetException : ReactorException
{
    /// <summary>Creates the exception. It is public for tests of a protocol, in which the transport closes with it.</summary>
    /// <param name="remote">The address of the peer.</param>
    /// <param name="errno">The operating system's error number; 0 if there is none.</param>
    /// <param name="text">The operating system's description of the error.</param>
    public ConnectionResetException(EndPoint remote, int errno, string text)
        : base($"The connection to {remote} was reset: {text} (errno {errno}).")
    {
        Remote = remote;
        Errno = errno;
    }

    /// <summary>The address of the peer.</summary>
    public EndPoint Remote { get; }

    /// <summary>The operating system's error number; 0 if there is none.</summary>
    public int Errno { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.Reset;
}

/// <summary>The socket of the connection failed for a reason that no other exception names.</summary>
public sealed class SocketFailureException : ReactorException
{
    internal SocketFailureException(EndPoint remote, int errno, string text)
        : base($"The connection to {remote} failed: {text} (errno {errno}).")
    {
        Remote = remote;
        Errno = errno;
    }

    /// <summary>The address of the peer.</summary>
    public EndPoint Remote { get; }

    /// <summary>The operating system's error number; 0 if there is none.</summary>
    public int Errno { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.SocketFailure;
}

/// <summary>
/// All connections of the reactor together held more memory than <c>akka.reactor.memory-limit</c> for longer than a second, and this
/// connection was among those that held most. It was ended to free the memory.
/// </summary>
public sealed class ConnectionShedException : ReactorException
{
    internal ConnectionShedException(EndPoint remote, long held, long used, long limit)
        : base(
            $"The connection to {remote} was ended to free memory: it held {held} bytes, and all connections together held {used} of at most {limit} bytes (akka.reactor.memory-limit)."
        )
    {
        Remote = remote;
        Held = held;
        Used = used;
        Limit = limit;
    }

    /// <summary>The address of the peer.</summary>
    public EndPoint Remote { get; }

    /// <summary>The memory that this connection held, in bytes.</summary>
    public long Held { get; }

    /// <summary>The memory that all connections held, in bytes.</summary>
    public long Used { get; }

    /// <summary>The limit, in bytes.</summary>
    public long Limit { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.Shed;
}

/// <summary>One of the named timeouts expired. The derived class names the timeout.</summary>
public abstract class TimeoutExceededException : ReactorException
{
    /// <summary>Creates the exception, for a timeout that the application defines.</summary>
    /// <param name="message">
    /// One sentence that names the action that was not finished in time, and the party responsible for it.
    /// </param>
    /// <param name="timeout">The limit that was exceeded.</param>
    protected TimeoutExceededException(string message, TimeSpan timeout)
        : base(message)
    {
        Timeout = timeout;
    }

    /// <summary>The time limit that was exceeded.</summary>
    public TimeSpan Timeout { get; }
}

/// <summary>Nothing was received or sent for <c>idle-timeout</c> (<see cref="ConnectionOptions.IdleTimeout"/>).</summary>
public sealed class IdleTimeoutException : TimeoutExceededException
{
    internal IdleTimeoutException(EndPoint remote, TimeSpan timeout)
        : base($"The connection to {remote} was idle for {timeout.TotalSeconds:0.###} s.", timeout)
    {
        Remote = remote;
    }

    /// <summary>The address of the peer.</summary>
    public EndPoint Remote { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.IdleTimeout;
}

/// <summary>
/// Bytes were waiting for the peer, and the peer took none of them for <c>write-stall-timeout</c>
/// (<see cref="ConnectionOptions.WriteStallTimeout"/>).
/// </summary>
public sealed class WriteStallTimeoutException : TimeoutExceededException
{
    internal WriteStallTimeoutException(EndPoint remote, TimeSpan timeout, long pendingBytes)
        : base($"{remote} took none of the {pendingBytes} waiting bytes for {timeout.TotalSeconds:0.###} s.", timeout)
    {
        Remote = remote;
        PendingBytes = pendingBytes;
    }

    /// <summary>The address of the peer.</summary>
    public EndPoint Remote { get; }

    /// <summary>The number of bytes that were waiting to be sent.</summary>
    public long PendingBytes { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.WriteStall;
}

/// <summary>
/// The connection has lasted for <c>lifetime</c> (<see cref="ConnectionOptions.Lifetime"/>), the longest time that is allowed.
/// </summary>
public sealed class LifetimeExceededException : TimeoutExceededException
{
    internal LifetimeExceededException(EndPoint remote, TimeSpan timeout)
        : base($"The connection to {remote} has reached its lifetime of {timeout.TotalSeconds:0.###} s.", timeout)
    {
        Remote = remote;
    }

    /// <summary>The address of the peer.</summary>
    public EndPoint Remote { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.Lifetime;
}

/// <summary>
/// The peer sent fewer bytes per second than <c>min-receive-rate</c> demands, or took fewer than <c>min-send-rate</c> demands. The
/// property <see cref="TimeoutExceededException.Timeout"/> is <c>rate-period</c>.
/// </summary>
public sealed class DataRateException : TimeoutExceededException
{
    internal DataRateException(EndPoint remote, bool receiving, long bytes, int demanded, TimeSpan period)
        : base(
            $"{remote} {(receiving ? "sent" : "took")} {bytes} bytes in {period.TotalSeconds:0.###} s; the minimum is {demanded} "
                + "bytes per second.",
            period
        )
    {
        Remote = remote;
        Receiving = receiving;
        Bytes = bytes;
        Demanded = demanded;
    }

    /// <summary>The address of the peer.</summary>
    public EndPoint Remote { get; }

    /// <summary>True if the peer sent too little, false if it took too little.</summary>
    public bool Receiving { get; }

    /// <summary>The number of bytes that the peer sent or took during <see cref="TimeoutExceededException.Timeout"/>.</summary>
    public long Bytes { get; }

    /// <summary>The number of bytes per second that are demanded.</summary>
    public int Demanded { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.DataRate;
}

/// <summary>
/// A write came after <see cref="Close"/>, <see cref="CloseWrite"/> or the end of the connection, or the end of the connection cut
/// the write off. As the cause of a client's <see cref="Disconnected"/>, this exception stands for an end without an exception of
/// its own, such as a close by the peer.
/// </summary>
public sealed class TransportClosedException : ReactorException
{
    /// <summary>
    /// Creates the exception. It is public for tests of a protocol, in which the transport answers a write with it.
    /// </summary>
    /// <param name="reason">The reason why the transport closed.</param>
    /// <param name="cause">The underlying failure, if there is one.</param>
    public TransportClosedException(CloseReason reason, ReactorException? cause = null)
        : base(
            cause is null ? $"The transport is closed ({reason})." : $"The transport is closed: {cause.Message}",
            cause
        )
    {
        Reason = reason;
    }

    /// <summary>The reason why the transport closed.</summary>
    public CloseReason Reason { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass =>
        Reason switch
        {
            CloseReason.Requested => FailureClass.Requested,
            CloseReason.Aborted => FailureClass.Aborted,
            CloseReason.PeerFinished => FailureClass.PeerFinished,
            CloseReason.Reset => FailureClass.Reset,
            CloseReason.Truncated => FailureClass.Truncated,
            CloseReason.ProtocolViolation => FailureClass.ProtocolViolation,
            CloseReason.Shed => FailureClass.Shed,
            _ => FailureClass.SocketFailure,
        };
}

/// <summary>A client has no connection at the moment, and its <c>offline-queue</c> has no room for the write.</summary>
public sealed class NotConnectedException : ReactorException
{
    internal NotConnectedException(string client)
        : base($"{client} is not connected.")
    {
        Client = client;
    }

    /// <summary>The client's name.</summary>
    public string Client { get; }
}

/// <summary>
/// The peer did something that its protocol forbids. A protocol aborts with this exception, or with an exception derived from it.
/// The connection then closes with <see cref="CloseReason.ProtocolViolation"/>, and a client counts the failure as
/// <see cref="FailureClass.ProtocolViolation"/>.
/// </summary>
public class PeerViolationException : ReactorException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">
    /// One sentence for the log that names what the peer did. Bytes of the peer must be escaped in it.
    /// </param>
    /// <param name="innerException">The underlying exception, if there is one.</param>
    public PeerViolationException(string message, Exception? innerException = null)
        : base(message, innerException) { }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.ProtocolViolation;
}

/// <summary>
/// The protocol did not consume the bytes that it was offered, and the number of unconsumed bytes reached <c>max-unread</c>.
/// </summary>
public sealed class UnreadLimitException : PeerViolationException
{
    internal UnreadLimitException(long held, long limit)
        : base($"{held} received bytes are waiting and the protocol consumes none of them; the limit is {limit} bytes.")
    {
        Limit = limit;
    }

    /// <summary>The limit in bytes.</summary>
    public long Limit { get; }
}
