using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Posix;

/// <summary>
/// The engine for <c>select(2)</c>, the oldest way to wait. It watches only descriptors below 1,024. A higher one is
/// refused with <see cref="DescriptorLimitException"/>, which fails its own connection and no other.
/// </summary>
/// <remarks>
/// <c>select</c> does not distinguish a reset from input: it reports the socket as readable in both cases. A socket
/// without interest in reading is therefore watched for readability all the same, and <c>poll</c> with an empty mask
/// finds out whether the socket has a fault. If not, the socket has unread bytes, which <c>select</c> would report
/// without end. Such a socket becomes <em>quiet</em>: it is left out of the set, and <c>poll</c> checks it for faults
/// every <see cref="ProbeInterval"/> milliseconds. These checks take neither an error nor a byte from the socket.
/// </remarks>
internal sealed unsafe class SelectEngine : ReadinessEngine
{
    /// <summary>
    /// The longest delay, in milliseconds, until a reset is noticed on a socket with bytes that nobody wants to read.
    /// </summary>
    internal const int ProbeInterval = 250;

    private readonly IWakeSignal _wake;
    private readonly int _wakeDescriptor;
    private readonly PosixAbi _abi;
    private readonly Registration?[] _registrations = new Registration?[DescriptorSet.Limit];
    private readonly Libc.PollFd[] _questions = new Libc.PollFd[DescriptorSet.Limit];

    // _all: every registered descriptor, and the wake signal. _read and _write: the sets for select. _quiet: see the
    // remarks.
    private DescriptorSet _all;
    private DescriptorSet _read;
    private DescriptorSet _write;
    private DescriptorSet _quiet;
    private long _nextProbe;

    // The descriptor at which the next batch starts: a ready one that did not fit in the last batch comes first.
    private int _first;

    internal SelectEngine(IWakeSignal wake, PosixAbi abi)
        : base(new PosixIo(abi))
    {
        _wake = wake;
        _abi = abi;
        _wakeDescriptor = Checked(wake.Descriptor);
        _all.Add(_wakeDescriptor);
        _read.Add(_wakeDescriptor);
    }

    /// <summary>The number of calls that have asked the system to wait. For tests.</summary>
    internal long Waits { get; private set; }

    protected override void Add(Registration registration)
    {
        int descriptor = Checked(registration.Descriptor);
        _registrations[descriptor] = registration;
        _all.Add(descriptor);
        Apply(registration);
    }

    protected override void Apply(Registration registration)
    {
        int descriptor = (int)registration.Descriptor;
        _quiet.Remove(descriptor);

        // A listening socket has no faults to watch for.
        if ((registration.Interest & Interest.Read) != 0 || registration.Kind != SocketKind.Listening)
        {
            _read.Add(descriptor);
        }
        else
        {
            _read.Remove(descriptor);
        }

        if ((registration.Interest & Interest.Write) != 0)
        {
            _write.Add(descriptor);
        }
        else
        {
            _write.Remove(descriptor);
        }
    }

    protected override void Remove(Registration registration)
    {
        int descriptor = (int)registration.Descriptor;

        // If the descriptor was closed before, its number may already belong to another registration.
        if (_registrations[descriptor] == registration)
        {
            _registrations[descriptor] = null;
            _all.Remove(descriptor);
            Ignore(descriptor);
        }
    }

    protected override int Poll(Span<EngineEvent> events, int timeoutMilliseconds)
    {
        long end = timeoutMilliseconds < 0 ? long.MaxValue : After(timeoutMilliseconds);
        while (true)
        {
            DescriptorSet read = _read;
            DescriptorSet write = _write;
            int ready = Select(ref read, ref write, timeoutMilliseconds);
            if (ready < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                return errno switch
                {
                    Libc.EINTR => 0,
                    Libc.EBADF => ReportClosed(events),
                    _ => throw _abi.Failure("select", errno),
                };
            }

            bool woken = ready > 0 && read.Contains(_wakeDescriptor);
            if (woken)
            {
                _wake.Clear();
                read.Remove(_wakeDescriptor);
            }

            int filled = ready > 0 ? Collect(events, read, write) : 0;
            if (filled > 0 || woken || timeoutMilliseconds == 0)
            {
                return filled;
            }

            // A socket became quiet, or the quiet sockets are due for a check, or the timeout has passed.
            timeoutMilliseconds = timeoutMilliseconds < 0 ? -1 : Until(end);
        }
    }

    public override void Dispose() { }

    private int Select(ref DescriptorSet read, ref DescriptorSet write, int timeoutMilliseconds)
    {
        if (_quiet.Next(0) >= 0)
        {
            int untilProbe = Until(_nextProbe);
            if (untilProbe == 0)
            {
                ProbeQuiet();
                read = _read;
                untilProbe = ProbeInterval;
            }

            timeoutMilliseconds = timeoutMilliseconds < 0 ? untilProbe : Math.Min(timeoutMilliseconds, untilProbe);
        }

        Waits++;
        Libc.TimeVal time = new()
        {
            Seconds = timeoutMilliseconds / 1000,
            Microseconds = timeoutMilliseconds % 1000 * 1000,
        };

        // The sets lie on the caller's stack frame and the time on this one. The system fills the sets during the call.
        fixed (DescriptorSet* readable = &read)
        fixed (DescriptorSet* writable = &write)
        {
            return Libc.Select(
                _all.Highest() + 1,
                (ulong*)readable,
                (ulong*)writable,
                null,
                timeoutMilliseconds < 0 ? null : &time
            );
        }
    }

    private int Collect(Span<EngineEvent> events, in DescriptorSet read, in DescriptorSet write)
    {
        DescriptorSet faults = FaultsOf(read);
        DescriptorSet any = read.With(write);
        int filled = 0;
        int descriptor = _first - 1;
        for (int seen = any.Count(); seen > 0; seen--)
        {
            descriptor = any.Next(descriptor + 1) is >= 0 and int next ? next : any.Next(0);
            Readiness readiness = faults.Contains(descriptor) ? Readiness.Fault : Readiness.None;
            Registration registration = _registrations[descriptor]!;
            if (read.Contains(descriptor) && (registration.Interest & Interest.Read) != 0)
            {
                readiness |= Readiness.Readable;
            }

            if (write.Contains(descriptor))
            {
                readiness |= Readiness.Writable;
            }

            if (readiness == Readiness.None)
            {
                continue;
            }

            if (filled == events.Length)
            {
                _first = descriptor;
                break;
            }

            events[filled++] = new EngineEvent(registration, readiness);
        }

        return filled;
    }

    // Returns those readable sockets without interest in reading that have failed. Sockets that have no interest in
    // reading and have not failed become quiet.
    private DescriptorSet FaultsOf(in DescriptorSet readable)
    {
        DescriptorSet faults = default;
        int count = 0;
        for (int descriptor = readable.Next(0); descriptor >= 0; descriptor = readable.Next(descriptor + 1))
        {
            if ((_registrations[descriptor]!.Interest & Interest.Read) == 0)
            {
                _questions[count++] = new Libc.PollFd { Fd = descriptor };
            }
        }

        if (count == 0)
        {
            return faults;
        }

        Ask(count);
        foreach (Libc.PollFd answer in _questions.AsSpan(0, count))
        {
            if (answer.ReturnedEvents != 0)
            {
                faults.Add(answer.Fd);
                continue;
            }

            if (_quiet.Next(0) < 0)
            {
                _nextProbe = After(ProbeInterval);
            }

            _quiet.Add(answer.Fd);
            _read.Remove(answer.Fd);
        }

        return faults;
    }

    // Checks the quiet sockets for faults. One that has failed returns to the read set, where the next select finds it.
    private void ProbeQuiet()
    {
        _nextProbe = After(ProbeInterval);
        int count = Question(_quiet);
        Ask(count);
        foreach (Libc.PollFd answer in _questions.AsSpan(0, count))
        {
            if (answer.ReturnedEvents != 0)
            {
                _quiet.Remove(answer.Fd);
                _read.Add(answer.Fd);
            }
        }
    }

    // A descriptor that was closed while registered makes every select fail. It is reported once and then left out.
    private int ReportClosed(Span<EngineEvent> events)
    {
        int count = Question(_all);
        Ask(count);
        int filled = 0;
        foreach (Libc.PollFd answer in _questions.AsSpan(0, count))
        {
            if ((answer.ReturnedEvents & Libc.POLLNVAL) == 0)
            {
                continue;
            }

            if (answer.Fd == _wakeDescriptor)
            {
                throw _abi.Failure("select", Libc.EBADF);
            }

            if (filled < events.Length)
            {
                Ignore(answer.Fd);
                events[filled++] = new EngineEvent(_registrations[answer.Fd]!, Readiness.Fault);
            }
        }

        return filled;
    }

    private int Question(in DescriptorSet about)
    {
        int count = 0;
        for (int descriptor = about.Next(0); descriptor >= 0; descriptor = about.Next(descriptor + 1))
        {
            _questions[count++] = new Libc.PollFd { Fd = descriptor };
        }

        return count;
    }

    // With an empty mask, poll reports faults only. It returns immediately and does not take the error from the socket.
    private void Ask(int count)
    {
        // The system fills in the answers during the call.
        fixed (Libc.PollFd* questions = _questions)
        {
            // If the call fails it writes no answer. Then no fault is known, and the next call reports it.
            _ = Libc.Poll(questions, (nuint)count, 0);
        }
    }

    private void Ignore(int descriptor)
    {
        _read.Remove(descriptor);
        _write.Remove(descriptor);
        _quiet.Remove(descriptor);
    }

    // Uses the exact clock: the clock that counts milliseconds may be some milliseconds behind, so that a wait would end
    // early.
    private static long After(int milliseconds) =>
#pragma warning disable RS0030 // The kernel waits in real time.
        Stopwatch.GetTimestamp() + (milliseconds * (Stopwatch.Frequency / 1000));
#pragma warning restore RS0030

    private static int Until(long timestamp)
    {
        long perMillisecond = Stopwatch.Frequency / 1000;
#pragma warning disable RS0030 // The kernel waits in real time.
        return (int)Math.Max(0, (timestamp - Stopwatch.GetTimestamp() + perMillisecond - 1) / perMillisecond);
#pragma warning restore RS0030
    }

    private static int Checked(nint descriptor) =>
        descriptor < DescriptorSet.Limit
            ? (int)descriptor
            : throw new DescriptorLimitException("select", descriptor, DescriptorSet.Limit);
}
