using System;
using System.Net;
using System.Net.Sockets;

namespace Akka.Reactor;

/// <summary>
/// The two ends of a connection, as a PROXY header tells them. Both are IP addresses, or both are of unix sockets; of an IPv4
/// and an IPv6 address the former is told as mapped into IPv6.
/// </summary>
public sealed record ProxyAddresses
{
    /// <summary>Creates a pair.</summary>
    /// <param name="source">Who has connected: an <see cref="IPEndPoint"/>, or the address of a unix socket.</param>
    /// <param name="destination">What it has connected to, of the same kind.</param>
    /// <exception cref="ArgumentException">They are not of the same kind, or of another one.</exception>
    public ProxyAddresses(EndPoint source, EndPoint destination)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        bool ip = source is IPEndPoint && destination is IPEndPoint;
        bool unix = source.AddressFamily == AddressFamily.Unix && destination.AddressFamily == AddressFamily.Unix;
        if (!ip && !unix)
        {
            throw new ArgumentException(
                $"{source} and {destination} cannot be told together; both must be IP addresses with ports, or both unix sockets.",
                nameof(source)
            );
        }

        Source = source;
        Destination = destination;
    }

    /// <summary>Who has connected.</summary>
    public EndPoint Source { get; }

    /// <summary>What it has connected to.</summary>
    public EndPoint Destination { get; }
}
