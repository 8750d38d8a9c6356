using System.Collections.Generic;
using System.Net;
using System.Threading;

namespace Akka.Reactor.Listeners;

/// <summary>The number of open connections of each address, up to a limit. Can be used on any thread.</summary>
internal sealed class AddressCounts(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _counts = [];

    /// <summary>The number of addresses that have open connections.</summary>
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
    /// Counts one more connection; returns false if the address has reached the limit. Peers without an address are not
    /// counted.
    /// </summary>
    internal bool TryAdd(EndPoint peer)
    {
        if (peer is not IPEndPoint { Address: var address })
        {
            return true;
        }

        lock (_gate)
        {
            int count = _counts.GetValueOrDefault(address);
            if (count >= most)
            {
                return false;
            }

            _counts[address] = count + 1;
            return true;
        }
    }

    /// <summary>Removes one connection from the count of its address.</summary>
    internal void Remove(EndPoint peer)
    {
        if (peer is not IPEndPoint { Address: var address })
        {
            return;
        }

        lock (_gate)
        {
            int count = _counts.GetValueOrDefault(address);
            if (count > 1)
            {
                _counts[address] = count - 1;
            }
            else
            {
                _counts.Remove(address);
            }
        }
    }
}
