using System;
using System.Collections.Generic;
using System.Net;

namespace Akka.Reactor;

/// <summary>
/// The name could not be resolved, or it has no address. The system's resolver throws this exception, and an
/// <see cref="INameResolver"/> of the application may throw it, too.
/// </summary>
public sealed class DnsException : ReactorException
{
    /// <summary>Creates the exception, for an <see cref="INameResolver"/> that cannot resolve a name.</summary>
    /// <param name="host">The name.</param>
    /// <param name="reason">The reason, in words that end the sentence "HOST cannot be resolved: ...".</param>
    /// <param name="innerException">The underlying exception, if there is one.</param>
    public DnsException(string host, string reason, Exception? innerException = null)
        : base($"{host} cannot be resolved: {reason}.", innerException)
    {
        Host = host;
    }

    /// <summary>The name that could not be resolved.</summary>
    public string Host { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.Dns;
}

/// <summary>The resolver did not answer within <c>dns-timeout</c> (<see cref="ConnectOptions.DnsTimeout"/>).</summary>
public sealed class DnsTimeoutException : TimeoutExceededException
{
    internal DnsTimeoutException(string host, TimeSpan timeout)
        : base($"{host} was not resolved within {timeout.TotalSeconds:0.###} s.", timeout)
    {
        Host = host;
    }

    /// <summary>The name that could not be resolved.</summary>
    public string Host { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.DnsTimeout;
}

/// <summary>
/// No connection could be made to any address of the end point. The two derived classes name the reasons that mean the same on
/// every system. This class itself stands for every other error; <see cref="Errno"/> is the number of the error.
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

    /// <summary>The operating system's error number; 0 if there is none.</summary>
    public int Errno { get; }

    /// <summary>
    /// Every address that was tried, in the order of the failures, each with its own reason; empty if only one was tried.
    /// </summary>
    public IReadOnlyList<AddressFailure> Attempts { get; internal set; } = [];

    /// <summary>The address, and the result of the attempt to connect to it.</summary>
    internal string What { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.ConnectFailed;
}

/// <summary>
/// The address refused the connection, because nothing listens there. On an address of this machine the system can then choose the
/// target port as the local port, and the socket is connected to itself. This exception reports that case, too, with
/// <see cref="ConnectException.Errno"/> 0.
/// </summary>
public sealed class ConnectRefusedException : ConnectException
{
    internal ConnectRefusedException(string endPoint, EndPoint address, int errno)
        : base(endPoint, address, "refused the connection", errno) { }

    private ConnectRefusedException(string endPoint, EndPoint address, string what)
        : base(endPoint, address, what, errno: 0) { }

    /// <summary>Creates the exception for a socket that was connected to itself.</summary>
    internal static ConnectRefusedException ByItself(string endPoint, EndPoint address) =>
        new(
            endPoint,
            address,
            "refused the connection: nothing listens there; the local port was the same, so the socket was connected to itself"
        );

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.ConnectRefused;
}

/// <summary>The network has no route to the address, or the operating system gave up waiting for an answer.</summary>
public sealed class ConnectUnreachableException : ConnectException
{
    internal ConnectUnreachableException(string endPoint, EndPoint address, string text, int errno)
        : base(endPoint, address, $"is unreachable: {text}", errno) { }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.Unreachable;
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

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.ConnectTimeout;
}
