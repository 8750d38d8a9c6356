using System;
using System.Collections.Generic;
using System.Threading;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Selectors;

/// <summary>
/// Descriptors that the listeners of a system leave to the rest of the process. The process needs them: the runtime opens a file for
/// code that it runs for the first time, and if it cannot open the file, that code fails for good; TLS is an example. It also opens a
/// pipe for every thread that it starts, and a thread of its own that it cannot start can end the process ("Out of memory."). The reserve
/// also carries reports of a shortage from dialers to listeners, so that no connection is accepted that cannot be served. All members
/// can be called on any thread.
/// </summary>
/// <remarks>
/// If the system says how many descriptors are free, the reserve is simply left free. Otherwise the listeners hold it while they
/// accept, and give it up when no other descriptor is free.
/// </remarks>
internal sealed class DescriptorReserve(ISockets sockets)
{
    /// <summary>
    /// The number of descriptors in the reserve. A first handshake needs three at the same time; files and name resolution need one
    /// or two each.
    /// </summary>
    internal const int Size = 16;

    // The number of descriptors that must be free, for the runtime, when a dialer opens a socket. It is not the whole reserve: if
    // accepted connections have taken all other descriptors and each waits for a dial, the first descriptor that anything else opens
    // would make every dial wait for ever.
    private const int LeftFree = Size / 2;

    // After so many milliseconds in which no dialer could open a socket, one may with whatever is free: the runtime keeps two
    // descriptors for each assembly that it loads, and may have taken most of what the reserve had left. A connection that is served
    // and ends gives two back.
    private const long Standstill = 1000;
    private const int LeftAtStandstill = 2;

    // How long a report is valid, in milliseconds. A dialer that waits for a descriptor reports more often.
    private const long Moment = 200;

    // How long the result of a check that found a shortage is valid, in milliseconds: many dialers may wait.
    private const long Look = 10;

    private readonly Lock _gate = new();
    private readonly Stack<nint> _held = new(Size);
    private int _holders;
    private int _errno;
    private long _reportedAt = -Moment;
    private long _lookedAt = -Look;
    private long _refusesSince = long.MaxValue;

    /// <summary>Adds one more listener that accepts, and fills the reserve.</summary>
    internal void Join()
    {
        lock (_gate)
        {
            _holders++;
        }

        Room(out _);
    }

    /// <summary>Removes one listener that accepts. The last listener also gives up the reserve.</summary>
    internal void Leave()
    {
        lock (_gate)
        {
            if (--_holders == 0)
            {
                GiveUp();
            }
        }
    }

    /// <summary>
    /// Returns how many connections may be accepted now, and the error number of the shortage if the answer is 0. If the system does
    /// not say how many descriptors are free, fills the reserve, or gives it up if not all descriptors can be had.
    /// </summary>
    internal int Room(out int errno)
    {
        lock (_gate)
        {
            // Nothing is held, not even for a moment: in that moment no thread could be started.
            return sockets.FreeDescriptors(out errno) is >= 0 and var free ? Math.Max(0, free - Size)
                : TryHold(out errno) ? int.MaxValue
                : 0;
        }
    }

    /// <summary>Returns true if another descriptor is free.</summary>
    internal bool HasMore() => HasMore(1, out _);

    internal void GiveUp()
    {
        lock (_gate)
        {
            while (_held.TryPop(out nint descriptor))
            {
                sockets.Close(descriptor);
            }
        }
    }

    /// <summary>
    /// Returns true if a dialer may open a socket now. While listeners accept, and after a shortage, half of the reserve's size must be
    /// free for the runtime, unless no dialer could open a socket for a second. If the answer is false, this method also reports a
    /// shortage.
    /// </summary>
    /// <param name="now">Milliseconds of the loops' clock.</param>
    /// <param name="errno">The system's error number, if the answer is false.</param>
    internal bool MayOpen(long now, out int errno)
    {
        lock (_gate)
        {
            bool reported = IsReported(now, out errno);
            if (_holders == 0 && !reported)
            {
                return true;
            }

            if (now - _lookedAt < Look)
            {
                _reportedAt = now;
                return false;
            }

            bool standsStill = _refusesSince <= now - Standstill;
            if (HasMore(standsStill ? LeftAtStandstill : LeftFree, out errno))
            {
                _refusesSince = long.MaxValue;
                return true;
            }

            _refusesSince = Math.Min(_refusesSince, now);
            _lookedAt = now;
            Report(now, errno);
            return false;
        }
    }

    /// <summary>Reports a shortage: a socket could not be opened.</summary>
    internal void Report(long now, int errno)
    {
        lock (_gate)
        {
            _reportedAt = now;
            _errno = errno;
            GiveUp();
        }
    }

    /// <summary>Returns true if a shortage was reported a moment ago, and the error number of the last report.</summary>
    internal bool IsReported(long now, out int errno)
    {
        lock (_gate)
        {
            errno = _errno;
            return now - _reportedAt < Moment;
        }
    }

    private bool TryHold(out int errno)
    {
        errno = 0;
        while (_held.Count < Size)
        {
            nint descriptor = sockets.Reserve(out errno);
            if (descriptor < 0)
            {
                GiveUp();
                return false;
            }

            _held.Push(descriptor);
        }

        return true;
    }

    private bool HasMore(int count, out int errno)
    {
        if (sockets.FreeDescriptors(out errno) is >= 0 and var free)
        {
            return free >= count;
        }

        // To find out, as many have to be opened. For that moment others may find none.
        errno = 0;
        Span<nint> taken = stackalloc nint[Size];
        int got = 0;
        while (got < count && sockets.Reserve(out errno) is >= 0 and var descriptor)
        {
            taken[got++] = descriptor;
        }

        foreach (nint descriptor in taken[..got])
        {
            sockets.Close(descriptor);
        }

        return got == count;
    }
}
