using System;
using System.Collections.Generic;
using System.Net;
using Akka.Reactor.Clients;

namespace Akka.Reactor;

/// <summary>The name could not be resolved.</summary>
public sealed class DnsException : ReactorException
{
    /// <summary>Names the host and the resolver's words.</summary>
    public DnsException(string host, string reason, Exception? innerException = null)
        : base($"{host} cannot be resolved: {reason}.", innerException)
    {
        Host = host;
    }

    /// <summary>The name.</summary>
    public string Host { get; }
}

/// <summary>The resolver did not answer within <c>dns-timeout</c>.</summary>
public sealed class DnsTimeoutException : TimeoutExceededException
{
    /// <summary>Names the host and the limit.</summary>
    public DnsTimeoutException(string host, TimeSpan timeout)
        : base($"{host} was not resolved within {timeout.TotalSeconds:0.###} s.", timeout)
    {
        Host = host;
    }

    /// <summary>The name.</summary>
    public string Host { get; }
}

/// <summary>No connection could be made to any address of the end point. The leaves say why.</summary>
public abstract class ConnectException : ReactorException
{
    /// <summary>Names the end point, the address tried last and the operating system's error.</summary>
    protected ConnectException(string endPoint, EndPoint address, string what, int errno)
        : base($"{endPoint}: {address} {what} (errno {errno}).")
    {
        EndPoint = endPoint;
        Address = address;
        Errno = errno;
        What = $"{address} {what} (errno {errno})";
    }

    /// <inheritdoc/>
    public override string Message => Attempts.Count > 1 ? ConnectFailures.Describe(EndPoint, Attempts) : base.Message;

    /// <summary>As asked for.</summary>
    public string EndPoint { get; }

    /// <summary>The address tried last.</summary>
    public EndPoint Address { get; }

    /// <summary>The operating system's error number.</summary>
    public int Errno { get; }

    /// <summary>Every address tried, with its own reason, in that order; empty when there was only one.</summary>
    public IReadOnlyList<AddressFailure> Attempts { get; internal set; } = [];

    /// <summary>The address and what became of it.</summary>
    internal string What { get; }
}

/// <summary>Nothing listens there.</summary>
public sealed class ConnectRefusedException : ConnectException
{
    /// <inheritdoc cref="ConnectException(string, EndPoint, string, int)"/>
    public ConnectRefusedException(string endPoint, EndPoint address, int errno)
        : base(endPoint, address, "refused the connection", errno) { }
}

/// <summary>The network has no way there.</summary>
public sealed class UnreachableException : ConnectException
{
    /// <inheritdoc cref="ConnectException(string, EndPoint, string, int)"/>
    public UnreachableException(string endPoint, EndPoint address, string text, int errno)
        : base(endPoint, address, $"is unreachable: {text}", errno) { }
}

/// <summary>Connecting failed for a reason that no other exception names.</summary>
public sealed class ConnectFailedException : ConnectException
{
    /// <inheritdoc cref="ConnectException(string, EndPoint, string, int)"/>
    public ConnectFailedException(string endPoint, EndPoint address, string text, int errno)
        : base(endPoint, address, $"could not be connected: {text}", errno) { }
}

/// <summary>No address answered within <c>connect-timeout</c>.</summary>
public sealed class ConnectTimeoutException : TimeoutExceededException
{
    /// <summary>Names the end point and the limit.</summary>
    public ConnectTimeoutException(string endPoint, TimeSpan timeout)
        : base($"{endPoint} did not answer within {timeout.TotalSeconds:0.###} s.", timeout)
    {
        EndPoint = endPoint;
    }

    /// <inheritdoc/>
    public override string Message => Attempts.Count > 1 ? ConnectFailures.Describe(EndPoint, Attempts) : base.Message;

    /// <summary>As asked for.</summary>
    public string EndPoint { get; }

    /// <inheritdoc cref="ConnectException.Attempts"/>
    public IReadOnlyList<AddressFailure> Attempts { get; internal set; } = [];
}
