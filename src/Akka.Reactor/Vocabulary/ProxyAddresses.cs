using System;
using System.Net;
using System.Net.Sockets;

namespace Akka.Reactor;

/// <summary>
/// The two ends of a connection, as a PROXY header reports them. Both are IP addresses, or both are addresses of unix sockets. If
/// one is an IPv4 and the other an IPv6 address, the header has the IPv4 address mapped into IPv6.
/// </summary>
public sealed record ProxyAddresses
{
    /// <summary>Creates a pair of addresses.</summary>
    /// <param name="source">
    /// The address of the side that has connected: an <see cref="IPEndPoint"/>, or the address of a unix socket.
    /// </param>
    /// <param name="destination">The address that this side has connected to, of the same kind.</param>
    /// <exception cref="ArgumentException">
    /// The two addresses are of different kinds, or of a kind that is not supported.
    /// </exception>
    public ProxyAddresses(EndPoint source, EndPoint destination)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        bool ip = source is IPEndPoint && destination is IPEndPoint;
        bool unix = source.AddressFamily == AddressFamily.Unix && destination.AddressFamily == AddressFamily.Unix;
        if (!ip && !unix)
        {
            throw new ArgumentException(
                $"{source} and {destination} cannot be in one PROXY header; both must be IP addresses with ports, or both unix sockets.",
                nameof(source)
            );
        }

        Source = source;
        Destination = destination;
    }

    /// <summary>The address of the side that has connected.</summary>
    public EndPoint Source { get; }

    /// <summary>The address that this side has connected to.</summary>
    public EndPoint Destination { get; }
}
