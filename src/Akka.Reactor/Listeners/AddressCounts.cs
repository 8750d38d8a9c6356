using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Threading;

namespace Akka.Reactor.Listeners;

/// <summary>
/// The number of open connections of each IPv4 address and of each IPv6 network, up to a limit. Can be used on any thread.
/// </summary>
/// <param name="most">The limit.</param>
/// <param name="ipv6Prefix">The length of the IPv6 networks in bits, 1 to 128.</param>
internal sealed class AddressCounts(int most, int ipv6Prefix)
{
    private const int AllBits = 128;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _counts = [];

    /// <summary>The number of addresses and networks that have open connections.</summary>
    internal int Addresses
    {
        get
        {
            lock (_gate)
            {
                return _counts.Count;
            }
        }
    }

    /// <summary>
    /// Counts one more connection; returns false if its address or network has reached the limit. Peers without an address are not
    /// counted.
    /// </summary>
    internal bool TryAdd(EndPoint peer)
    {
        if (NetworkOf(peer) is not { } network)
        {
            return true;
        }

        lock (_gate)
        {
            int count = _counts.GetValueOrDefault(network);
            if (count >= most)
            {
                return false;
            }

            _counts[network] = count + 1;
            return true;
        }
    }

    /// <summary>Removes one connection from the count of its address or network.</summary>
    internal void Remove(EndPoint peer)
    {
        if (NetworkOf(peer) is not { } network)
        {
            return;
        }

        lock (_gate)
        {
            int count = _counts.GetValueOrDefault(network);
            if (count > 1)
            {
                _counts[network] = count - 1;
            }
            else
            {
                _counts.Remove(network);
            }
        }
    }

    // Link-local addresses of two interfaces are in two networks: the scope stays.
    private IPAddress? NetworkOf(EndPoint peer)
    {
        if (
            peer is not IPEndPoint { Address: var address }
            || address.AddressFamily != AddressFamily.InterNetworkV6
            || ipv6Prefix == AllBits
        )
        {
            return (peer as IPEndPoint)?.Address;
        }

        Span<byte> bytes = stackalloc byte[AllBits / 8];
        address.TryWriteBytes(bytes, out _);
        int whole = ipv6Prefix / 8;
        if (ipv6Prefix % 8 != 0)
        {
            bytes[whole] &= (byte)(0xFF00 >> (ipv6Prefix % 8));
            whole++;
        }

        bytes[whole..].Clear();
        return new IPAddress(bytes, address.ScopeId);
    }
}
