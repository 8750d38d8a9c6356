using System;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Polling.Posix;

/// <summary>
/// <c>poll(2)</c>, which every Unix has. The system is given the whole list of descriptors with each wait, so a wait costs
/// by their number; the list itself is kept between waits and changed where something changed.
/// </summary>
internal sealed unsafe class PollEngine : ReadinessEngine
{
    private const int InitialCapacity = 64;

    private readonly IWakeSignal _wake;
    private readonly PosixAbi _abi;

    // Native memory for the kernel to read and fill: owned by this engine, grown in Add, freed in Dispose, touched on the
    // loop only. Entry 0 is the wake signal's; the registration of every later one stands at the same place beside it.
    private Libc.PollFd* _list;
    private Registration?[] _registrations = new Registration?[InitialCapacity];
    private int _count = 1;

    // Who was ready and had no room in the caller's batch comes first in the next one.
    private int _first = 1;

    internal PollEngine(IWakeSignal wake, PosixAbi abi)
        : base(new PosixIo(abi))
    {
        _wake = wake;
        _abi = abi;
        _list = (Libc.PollFd*)NativeMemory.Alloc(InitialCapacity, (nuint)sizeof(Libc.PollFd));
        _list[0] = new Libc.PollFd { Fd = (int)wake.Descriptor, Events = Libc.POLLIN };
    }

    /// <summary>How many entries each wait gives to the system, the wake signal's included.</summary>
    internal int ListLength => _count;

    protected override void Add(Registration registration)
    {
        if (_count == _registrations.Length)
        {
            int capacity = _count * 2;
            Array.Resize(ref _registrations, capacity);
            _list = (Libc.PollFd*)NativeMemory.Realloc(_list, (nuint)capacity * (nuint)sizeof(Libc.PollFd));
        }

        // Errors and hang-ups are reported without being asked for.
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
                    // Closed under the engine. Told once: a negative number is passed over from now on.
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
