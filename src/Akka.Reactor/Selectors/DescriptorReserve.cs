using System;
using System.Collections.Generic;
using System.Threading;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Selectors;

/// <summary>
/// Descriptors that the listeners of a system hold while they accept, and give up when there is no other: then there are some
/// for everything else that the process does. It needs that: the runtime opens a file for code that it runs for the first time,
/// and where it cannot, that code fails for good, TLS for one. And what those that dial tell those that accept: that there was
/// none a moment ago, so that nobody is taken in who cannot be served. Any thread.
/// </summary>
internal sealed class DescriptorReserve(ISockets sockets)
{
    /// <summary>A first handshake needs three at a time; files and name resolution one or two each.</summary>
    internal const int Size = 16;

    // What is left to the runtime by those that dial.
    private const int LeftFree = 4;

    // What they leave after a shortage. Not the whole reserve: where those that were accepted have taken all the others and wait for a
    // dial each, the first descriptor that anything else opens would keep every dial waiting for ever.
    private const int LeftAfterShortage = Size / 2;

    // How long a report holds. Whoever waits for a descriptor reports more often.
    private const long Moment = 200;

    // How long a look at what there is holds, at a shortage: many may wait.
    private const long Look = 10;

    private readonly Lock _gate = new();
    private readonly Stack<nint> _held = new(Size);
    private int _holders;
    private int _errno;
    private long _reportedAt = -Moment;
    private long _lookedAt = -Look;

    /// <summary>One more listener accepts.</summary>
    internal void Join()
    {
        lock (_gate)
        {
            _holders++;
        }

        TryHold(out _);
    }

    /// <summary>One listener fewer accepts; with the last the reserve goes.</summary>
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

    /// <summary>Takes what is missing. All or nothing: false says that there is a shortage, and of what, and leaves what there is to others.</summary>
    internal bool TryHold(out int errno)
    {
        errno = 0;
        lock (_gate)
        {
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
    }

    /// <summary>Whether there is another one.</summary>
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
    /// Whether one that dials may open a socket now: beside listeners only where it leaves some for the runtime, and after a shortage
    /// only where it leaves half of the reserve. If not, this is reported.
    /// </summary>
    /// <param name="now">Milliseconds of the loops' clock.</param>
    /// <param name="errno">Of the system, if not.</param>
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

            if (HasMore(reported ? LeftAfterShortage : LeftFree, out errno))
            {
                return true;
            }

            _lookedAt = now;
            Report(now, errno);
            return false;
        }
    }

    /// <summary>A socket could not be opened.</summary>
    internal void Report(long now, int errno)
    {
        lock (_gate)
        {
            _reportedAt = now;
            _errno = errno;
            GiveUp();
        }
    }

    /// <summary>Whether that was a moment ago, and why.</summary>
    internal bool IsReported(long now, out int errno)
    {
        lock (_gate)
        {
            errno = _errno;
            return now - _reportedAt < Moment;
        }
    }

    private bool HasMore(int count, out int errno)
    {
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
