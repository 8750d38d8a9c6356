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

/// <summary>The connection had lasted for <c>lifetime</c>.</summary>
public sealed class LifetimeExceededException : TimeoutExceededException
{
    /// <summary>Names the peer and the limit.</summary>
    public LifetimeExceededException(EndPoint remote, TimeSpan timeout)
        : base($"The connection to {remote} had lasted for {timeout.TotalSeconds:0.###} s.", timeout)
    {
        Remote = remote;
    }

    /// <summary>The peer.</summary>
    public EndPoint Remote { get; }
}

/// <summary>The peer sent, or took, fewer bytes a second than <c>min-receive-rate</c> or <c>min-send-rate</c> demands.</summary>
public sealed class DataRateException : TimeoutExceededException
{
    /// <summary>Names the peer, what it did and what was demanded.</summary>
    public DataRateException(EndPoint remote, bool receiving, long bytes, int demanded, TimeSpan period)
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

    /// <summary>The peer.</summary>
    public EndPoint Remote { get; }

    /// <summary>True when the peer sent too little, false when it took too little.</summary>
    public bool Receiving { get; }

    /// <summary>What it sent or took in <see cref="TimeoutExceededException.Timeout"/>.</summary>
    public long Bytes { get; }

    /// <summary>Bytes a second.</summary>
    public int Demanded { get; }
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

/// <summary>There is no connection to write to at the moment, and no room to wait for one.</summary>
public sealed class NotConnectedException : ReactorException
{
    /// <summary>Names the client.</summary>
    public NotConnectedException(string client)
        : base($"{client} is not connected.")
    {
        Client = client;
    }

    /// <summary>The client's name.</summary>
    public string Client { get; }
}

/// <summary>The peer did something its protocol forbids.</summary>
public class PeerViolationException : ReactorException
{
    /// <summary>Says what was violated.</summary>
    public PeerViolationException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}

/// <summary>The protocol did not consume what it was offered, and the rest reached its limit.</summary>
public sealed class UnreadLimitException : PeerViolationException
{
    /// <summary>Says how much is held and what the limit is.</summary>
    public UnreadLimitException(long held, long limit)
        : base($"{held} bytes are held and the protocol consumes none of them; the limit is {limit} bytes.")
    {
        Limit = limit;
    }

    /// <summary>The limit in bytes.</summary>
    public long Limit { get; }
}
