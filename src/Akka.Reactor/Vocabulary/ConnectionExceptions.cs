using System;
using System.Net;

namespace Akka.Reactor;

/// <summary>The peer reset the connection (RFC 9293, section 3.5.2), or the operating system gave it up for dead.</summary>
public sealed class ConnectionResetException : ReactorException
{
    /// <summary>For tests of a protocol, whose transport closes with it.</summary>
    /// <param name="remote">The peer.</param>
    /// <param name="errno">The operating system's error number, 0 where there is none.</param>
    /// <param name="text">The operating system's words for it.</param>
    public ConnectionResetException(EndPoint remote, int errno, string text)
        : base($"The connection to {remote} was reset: {text} (errno {errno}).")
    {
        Remote = remote;
        Errno = errno;
    }

    /// <summary>The address of the peer.</summary>
    public EndPoint Remote { get; }

    /// <summary>The operating system's error number, 0 where there was none.</summary>
    public int Errno { get; }
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

    /// <summary>The operating system's error number, 0 where there was none.</summary>
    public int Errno { get; }
}

/// <summary>One of the named timeouts expired. The classes derived from it say which.</summary>
public abstract class TimeoutExceededException : ReactorException
{
    /// <summary>For a timeout of your own.</summary>
    /// <param name="message">One sentence: what was not done in time, and by whom.</param>
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
}

/// <summary>
/// The peer took none of the bytes that were waiting for it, for <c>write-stall-timeout</c>
/// (<see cref="ConnectionOptions.WriteStallTimeout"/>).
/// </summary>
public sealed class WriteStallTimeoutException : TimeoutExceededException
{
    internal WriteStallTimeoutException(EndPoint remote, TimeSpan timeout, long pendingBytes)
        : base($"{remote} took none of {pendingBytes} waiting bytes for {timeout.TotalSeconds:0.###} s.", timeout)
    {
        Remote = remote;
        PendingBytes = pendingBytes;
    }

    /// <summary>The address of the peer.</summary>
    public EndPoint Remote { get; }

    /// <summary>How many bytes were waiting to be sent.</summary>
    public long PendingBytes { get; }
}

/// <summary>The connection has lasted for <c>lifetime</c> (<see cref="ConnectionOptions.Lifetime"/>), the longest that it may.</summary>
public sealed class LifetimeExceededException : TimeoutExceededException
{
    internal LifetimeExceededException(EndPoint remote, TimeSpan timeout)
        : base($"The connection to {remote} had lasted for {timeout.TotalSeconds:0.###} s.", timeout)
    {
        Remote = remote;
    }

    /// <summary>The address of the peer.</summary>
    public EndPoint Remote { get; }
}

/// <summary>
/// The peer sent fewer bytes a second than <c>min-receive-rate</c> demands, or took fewer than <c>min-send-rate</c>. Its
/// <see cref="TimeoutExceededException.Timeout"/> is <c>rate-period</c>.
/// </summary>
public sealed class DataRateException : TimeoutExceededException
{
    internal DataRateException(EndPoint remote, bool receiving, long bytes, int demanded, TimeSpan period)
        : base(
            $"{remote} {(receiving ? "sent" : "took")} {bytes} bytes in {period.TotalSeconds:0.###} s; at least {demanded} a "
                + "second are demanded.",
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

    /// <summary>True when the peer sent too little, false when it took too little.</summary>
    public bool Receiving { get; }

    /// <summary>How many bytes the peer sent or took in <see cref="TimeoutExceededException.Timeout"/>.</summary>
    public long Bytes { get; }

    /// <summary>How many bytes a second are demanded.</summary>
    public int Demanded { get; }
}

/// <summary>
/// A write came after <see cref="Close"/>, <see cref="CloseWrite"/> or the end of the connection, or the end cut it off. As the cause
/// of a client's <see cref="Disconnected"/> it stands for an end that has no other exception, such as the peer's own close.
/// </summary>
public sealed class TransportClosedException : ReactorException
{
    /// <summary>For tests of a protocol, whose transport answers a write with it.</summary>
    /// <param name="reason">What closed the transport.</param>
    /// <param name="cause">The failure behind it, where there is one.</param>
    public TransportClosedException(CloseReason reason, ReactorException? cause = null)
        : base(
            cause is null ? $"The transport is closed ({reason})." : $"The transport is closed: {cause.Message}",
            cause
        )
    {
        Reason = reason;
    }

    /// <summary>What closed the transport.</summary>
    public CloseReason Reason { get; }
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
/// The peer did something that its protocol forbids. A protocol aborts with this exception, or with one of its own that is derived
/// from it: the connection then closes with <see cref="CloseReason.ProtocolViolation"/>, and a client counts the failure as
/// <see cref="FailureClass.ProtocolViolation"/>.
/// </summary>
public class PeerViolationException : ReactorException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="message">One sentence for the log: what the peer did. Bytes of the peer have to be escaped in it.</param>
    /// <param name="innerException">The exception behind it, where there is one.</param>
    public PeerViolationException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}

/// <summary>The protocol did not consume the bytes that it was offered, and the rest reached <c>max-unread</c>.</summary>
public sealed class UnreadLimitException : PeerViolationException
{
    internal UnreadLimitException(long held, long limit)
        : base($"{held} bytes are held and the protocol consumes none of them; the limit is {limit} bytes.")
    {
        Limit = limit;
    }

    /// <summary>The limit in bytes.</summary>
    public long Limit { get; }
}
