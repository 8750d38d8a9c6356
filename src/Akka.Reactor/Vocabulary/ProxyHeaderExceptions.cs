using System;
using System.Net;

namespace Akka.Reactor;

/// <summary>
/// A connection from a trusted proxy did not begin with a valid PROXY header, or ended within it. The rest was not read.
/// </summary>
public sealed class ProxyHeaderException : PeerViolationException
{
    internal ProxyHeaderException(EndPoint proxy, string problem, int bytesReceived)
        : base(
            $"The connection from the proxy {proxy} has no valid PROXY header: {problem} ({bytesReceived} bytes of it were read)."
        )
    {
        Proxy = proxy;
        BytesReceived = bytesReceived;
    }

    /// <summary>The address of the proxy: the real remote end of the connection.</summary>
    public EndPoint Proxy { get; }

    /// <summary>The number of bytes that were read, up to and including the first wrong one.</summary>
    public int BytesReceived { get; }
}

/// <summary>
/// A connection to a listener that expects PROXY headers came from none of its trusted networks. None of its bytes were read.
/// </summary>
public sealed class ProxyNotTrustedException : PeerViolationException
{
    internal ProxyNotTrustedException(EndPoint remote)
        : base($"{remote} is in none of the trusted networks from which PROXY headers are accepted.")
    {
        Remote = remote;
    }

    /// <summary>The address of the peer.</summary>
    public EndPoint Remote { get; }
}

/// <summary>The PROXY header of a trusted proxy was not complete within <see cref="ProxyReceiverOptions.HeaderTimeout"/>.</summary>
public sealed class ProxyHeaderTimeoutException : TimeoutExceededException
{
    internal ProxyHeaderTimeoutException(EndPoint proxy, TimeSpan timeout)
        : base($"The PROXY header from {proxy} was not complete within {timeout.TotalSeconds:0.###} s.", timeout)
    {
        Proxy = proxy;
    }

    /// <inheritdoc cref="ProxyHeaderException.Proxy"/>
    public EndPoint Proxy { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.Proxy;
}
