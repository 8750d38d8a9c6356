using System.Collections.Generic;
using System.Net;
using System.Threading;

namespace Akka.Reactor.Listeners;

/// <summary>How many connections each address has open, up to a number. Any thread.</summary>
internal sealed class AddressCounts(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _counts = [];

    /// <summary>How many addresses have any.</summary>
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

    /// <summary>Counts one more, unless the address has as many as it may. Peers without an address are not counted.</summary>
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

    /// <summary>Takes one back.</summary>
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
