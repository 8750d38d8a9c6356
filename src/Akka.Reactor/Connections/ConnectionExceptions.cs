using System;
using System.Net;

namespace Akka.Reactor;

/// <summary>The connection was reset by the peer or declared dead by the network.</summary>
public sealed class ConnectionResetException : ReactorException
{
    /// <summary>Names the peer and the operating system's error.</summary>
    public ConnectionResetException(EndPoint remote, int errno, string text)
        : base($"The connection to {remote} was reset: {text} (errno {errno}).")
    {
        Remote = remote;
        Errno = errno;
    }

    /// <summary>The peer.</summary>
    public EndPoint Remote { get; }

    /// <summary>The operating system's error number, 0 where there was none.</summary>
    public int Errno { get; }
}

/// <summary>The socket failed for a reason that no other exception names.</summary>
public sealed class SocketFailureException : ReactorException
{
    /// <summary>Names the peer and the operating system's error.</summary>
    public SocketFailureException(EndPoint remote, int errno, string text)
        : base($"The connection to {remote} failed: {text} (errno {errno}).")
    {
        Remote = remote;
        Errno = errno;
    }

    /// <summary>The peer.</summary>
    public EndPoint Remote { get; }

    /// <summary>The operating system's error number.</summary>
    public int Errno { get; }
}

/// <summary>One of the named timeouts expired. Its leaves say which.</summary>
public abstract class TimeoutExceededException : ReactorException
{
    /// <summary>Says what was waited for and how long.</summary>
    protected TimeoutExceededException(string message, TimeSpan timeout)
        : base(message)
    {
        Timeout = timeout;
    }

    /// <summary>The limit that was exceeded.</summary>
    public TimeSpan Timeout { get; }
}

/// <summary>Nothing was received or sent for <c>idle-timeout</c>.</summary>
public sealed class IdleTimeoutException : TimeoutExceededException
{
    /// <summary>Names the peer and the limit.</summary>
    public IdleTimeoutException(EndPoint remote, TimeSpan timeout)
        : base($"The connection to {remote} was idle for {timeout.TotalSeconds:0.###} s.", timeout)
    {
        Remote = remote;
    }

    /// <summary>The peer.</summary>
    public EndPoint Remote { get; }
}

/// <summary>The peer took nothing of what was waiting for it for <c>write-stall-timeout</c>.</summary>
public sealed class WriteStallTimeoutException : TimeoutExceededException
{
    /// <summary>Names the peer, the limit and how much was waiting.</summary>
    public WriteStallTimeoutException(EndPoint remote, TimeSpan timeout, long pendingBytes)
        : base($"{remote} took none of {pendingBytes} waiting bytes for {timeout.TotalSeconds:0.###} s.", timeout)
    {
        Remote = remote;
        PendingBytes = pendingBytes;
    }

    /// <summary>The peer.</summary>
    public EndPoint Remote { get; }

    /// <summary>Bytes that were waiting to be sent.</summary>
    public long PendingBytes { get; }
}

/// <summary>A write did not fit the outbound queue, or came after one that did not. No byte of it was sent.</summary>
public sealed class WriteRefusedException : ReactorException
{
    /// <summary>Says how full the queue is.</summary>
    public WriteRefusedException(long size, long queued, long limit)
        : base(
            $"A write of {size} bytes was refused: {queued} of at most {limit} bytes are queued, or an earlier write was "
                + "refused and Writable has not come yet."
        )
    {
        Queued = queued;
        Limit = limit;
    }

    /// <summary>Bytes queued when it was refused.</summary>
    public long Queued { get; }

    /// <summary>The queue's limit in bytes.</summary>
    public long Limit { get; }
}

/// <summary>A write came after <see cref="Close"/>, <see cref="CloseWrite"/> or the end, or was cut off by it.</summary>
public sealed class TransportClosedException : ReactorException
{
    /// <summary>Says why the transport is closed.</summary>
    public TransportClosedException(CloseReason reason, ReactorException? cause = null)
        : base(
            cause is null ? $"The transport is closed ({reason})." : $"The transport is closed: {cause.Message}",
            cause
        )
    {
        Reason = reason;
    }

    /// <summary>What closed it.</summary>
    public CloseReason Reason { get; }
}

/// <summary>The peer did something its protocol forbids.</summary>
public class ProtocolViolationException : ReactorException
{
    /// <summary>Says what was violated.</summary>
    public ProtocolViolationException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}

/// <summary>The protocol did not consume what it was offered, and the rest reached its limit.</summary>
public sealed class BufferOverflowException : ProtocolViolationException
{
    /// <summary>Says how much is held and what the limit is.</summary>
    public BufferOverflowException(long held, long limit)
        : base($"{held} bytes are held and the protocol consumes none of them; the limit is {limit} bytes.")
    {
        Limit = limit;
    }

    /// <summary>The limit in bytes.</summary>
    public long Limit { get; }
}
