using System;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Polling.Posix;

/// <summary>
/// The engine for <c>poll(2)</c>, which every Unix has. Each wait gives the system the whole list of descriptors, so the
/// cost of a wait grows with their number. The list itself is kept between waits, and only entries that change are
/// updated.
/// </summary>
internal sealed unsafe class PollEngine : ReadinessEngine
{
    private const int InitialCapacity = 64;

    private readonly IWakeSignal _wake;
    private readonly PosixAbi _abi;

    // The kernel reads and fills this native memory. This engine owns it, grows it in Add, frees it in Dispose, and uses
    // it on the loop only. Entry 0 belongs to the wake signal; the registration of every later entry has the same index
    // in _registrations.
    private Libc.PollFd* _list;
    private Registration?[] _registrations = new Registration?[InitialCapacity];
    private int _count = 1;

    // The entry at which the next batch starts: a ready one that did not fit in the last batch comes first.
    private int _first = 1;

    internal PollEngine(IWakeSignal wake, PosixAbi abi)
        : base(new PosixIo(abi))
    {
        _wake = wake;
        _abi = abi;
        _list = (Libc.PollFd*)NativeMemory.Alloc(InitialCapacity, (nuint)sizeof(Libc.PollFd));
        _list[0] = new Libc.PollFd { Fd = (int)wake.Descriptor, Events = Libc.POLLIN };
    }

    /// <summary>The number of entries that each wait gives to the system, including the wake signal's.</summary>
    internal int ListLength => _count;

    protected override void Add(Registration registration)
    {
        if (_count == _registrations.Length)
        {
            int capacity = _count * 2;
            Array.Resize(ref _registrations, capacity);
            _list = (Libc.PollFd*)NativeMemory.Realloc(_list, (nuint)capacity * (nuint)sizeof(Libc.PollFd));
        }

        // The mask is empty: poll reports errors and hang-ups all the same.
        _list[_count] = new Libc.PollFd { Fd = (int)registration.Descriptor };
        _registrations[_count] = registration;
        registration.Place = _count++;
    }

    protected override void Apply(Registration registration)
    {
        short mask = 0;
        if ((registration.Interest & Interest.Read) != 0)
        {
            mask |= Libc.POLLIN;
        }

        if ((registration.Interest & Interest.Write) != 0)
        {
            mask |= Libc.POLLOUT;
        }

        _list[registration.Place].Events = mask;
    }

    protected override void Remove(Registration registration)
    {
        int place = registration.Place;
        int last = --_count;
        Registration moved = _registrations[last]!;
        _list[place] = _list[last];
        _registrations[place] = moved;
        moved.Place = place;
        _registrations[last] = null;
    }

    protected override int Poll(Span<EngineEvent> events, int timeoutMilliseconds)
    {
        int ready = Libc.Poll(_list, (nuint)_count, timeoutMilliseconds);
        if (ready < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno == Libc.EINTR ? 0 : throw _abi.Failure("poll", errno);
        }

        if (ready > 0 && _list[0].ReturnedEvents != 0)
        {
            _wake.Clear();
            ready--;
        }

        int place = _first < _count ? _first : 1;
        int filled = 0;
        for (int seen = 1; ready > 0 && seen < _count; seen++)
        {
            Libc.PollFd* entry = _list + place;
            if (entry->ReturnedEvents != 0)
            {
                if (filled == events.Length)
                {
                    break;
                }

                events[filled++] = new EngineEvent(_registrations[place]!, ToReadiness(entry->ReturnedEvents));
                ready--;
                if ((entry->ReturnedEvents & Libc.POLLNVAL) != 0)
                {
                    // The descriptor was closed while registered. This is reported once: from now on poll skips the
                    // negative number.
                    entry->Fd = -1;
                }
            }

            place = place + 1 < _count ? place + 1 : 1;
        }

        _first = place;
        return filled;
    }

    public override void Dispose()
    {
        NativeMemory.Free(_list);
        _list = null;
        _count = 0;
    }

    private static Readiness ToReadiness(short mask)
    {
        Readiness readiness = Readiness.None;
        if ((mask & Libc.POLLIN) != 0)
        {
            readiness |= Readiness.Readable;
        }

        if ((mask & Libc.POLLOUT) != 0)
        {
            readiness |= Readiness.Writable;
        }

        if ((mask & (Libc.POLLERR | Libc.POLLHUP | Libc.POLLNVAL)) != 0)
        {
            readiness |= Readiness.Fault;
        }

        return readiness;
    }
}
