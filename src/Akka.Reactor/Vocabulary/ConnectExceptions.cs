using System;
using System.Collections.Generic;
using System.Net;

namespace Akka.Reactor;

/// <summary>
/// The name could not be resolved, or has no address. The system's resolver throws it, and an <see cref="INameResolver"/> of the
/// application may.
/// </summary>
public sealed class DnsException : ReactorException
{
    /// <summary>For an <see cref="INameResolver"/>, which throws it where a name cannot be resolved.</summary>
    /// <param name="host">The name.</param>
    /// <param name="reason">Why, in words that end the sentence "HOST cannot be resolved: ...".</param>
    /// <param name="innerException">The exception behind it, where there is one.</param>
    public DnsException(string host, string reason, Exception? innerException = null)
        : base($"{host} cannot be resolved: {reason}.", innerException)
    {
        Host = host;
    }

    /// <summary>The name that was to be resolved.</summary>
    public string Host { get; }
}

/// <summary>The resolver did not answer within <c>dns-timeout</c> (<see cref="ConnectOptions.DnsTimeout"/>).</summary>
public sealed class DnsTimeoutException : TimeoutExceededException
{
    internal DnsTimeoutException(string host, TimeSpan timeout)
        : base($"{host} was not resolved within {timeout.TotalSeconds:0.###} s.", timeout)
    {
        Host = host;
    }

    /// <summary>The name that was to be resolved.</summary>
    public string Host { get; }
}

/// <summary>
/// No connection could be made to any address of the end point. The classes derived from it are the two reasons that mean something
/// everywhere; this class itself stands for every other error, whose number is <see cref="Errno"/>.
/// </summary>
public class ConnectException : ReactorException
{
    internal ConnectException(string endPoint, EndPoint address, string what, int errno)
        : base($"{endPoint}: {address} {what} (errno {errno}).")
    {
        EndPoint = endPoint;
        Address = address;
        Errno = errno;
        What = $"{address} {what} (errno {errno})";
    }

    /// <inheritdoc/>
    public override string Message => Attempts.Count > 1 ? AddressFailure.Describe(EndPoint, Attempts) : base.Message;

    /// <summary>The end point as it was asked for.</summary>
    public string EndPoint { get; }

    /// <summary>The address that was tried last.</summary>
    public EndPoint Address { get; }

    /// <summary>The operating system's error number; 0 where there was none.</summary>
    public int Errno { get; }

    /// <summary>Every address that was tried, in that order, each with its own reason; empty where there was only one.</summary>
    public IReadOnlyList<AddressFailure> Attempts { get; internal set; } = [];

    /// <summary>The address and what became of it.</summary>
    internal string What { get; }
}

/// <summary>
/// The address refused the connection: nothing listens there. On this machine's own addresses a connect can meet itself then, from
/// the port that it goes to; that is this exception, too, with <see cref="ConnectException.Errno"/> 0.
/// </summary>
public sealed class ConnectRefusedException : ConnectException
{
    internal ConnectRefusedException(string endPoint, EndPoint address, int errno)
        : base(endPoint, address, "refused the connection", errno) { }

    private ConnectRefusedException(string endPoint, EndPoint address, string what)
        : base(endPoint, address, what, errno: 0) { }

    /// <summary>The socket was connected to itself.</summary>
    internal static ConnectRefusedException ByItself(string endPoint, EndPoint address) =>
        new(endPoint, address, "refused the connection: nothing listens there, and the socket had the same port");
}

/// <summary>The network has no way to the address, or the operating system gave up waiting for it.</summary>
public sealed class ConnectUnreachableException : ConnectException
{
    internal ConnectUnreachableException(string endPoint, EndPoint address, string text, int errno)
        : base(endPoint, address, $"is unreachable: {text}", errno) { }
}

/// <summary>No address answered within <c>connect-timeout</c> (<see cref="ConnectOptions.ConnectTimeout"/>).</summary>
public sealed class ConnectTimeoutException : TimeoutExceededException
{
    internal ConnectTimeoutException(string endPoint, TimeSpan timeout)
        : base($"{endPoint} did not answer within {timeout.TotalSeconds:0.###} s.", timeout)
    {
        EndPoint = endPoint;
    }

    /// <inheritdoc/>
    public override string Message => Attempts.Count > 1 ? AddressFailure.Describe(EndPoint, Attempts) : base.Message;

    /// <summary>The end point as it was asked for.</summary>
    public string EndPoint { get; }

    /// <inheritdoc cref="ConnectException.Attempts"/>
    public IReadOnlyList<AddressFailure> Attempts { get; internal set; } = [];
}
