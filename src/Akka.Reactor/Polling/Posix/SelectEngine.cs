using System;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Posix;

/// <summary>
/// <c>select(2)</c>: the oldest way to wait, for descriptors below 1,024. A higher one is refused with
/// <see cref="DescriptorLimitException"/>, which costs its connection and no other.
/// </summary>
/// <remarks>
/// To <c>select</c> a reset is nothing of its own: the socket is readable, as it is with bytes. A socket that nobody reads
/// from is therefore watched for being readable all the same, and <c>poll</c>, asked for nothing, tells whether that is a
/// fault. If it is not, bytes lie there unread, which <c>select</c> would report without end: such a socket is
/// <em>quiet</em> from then on, left out of the set and asked for faults every <see cref="ProbeInterval"/> milliseconds.
/// Neither an error is taken off the socket by this, nor a byte.
/// </remarks>
internal sealed unsafe class SelectEngine : ReadinessEngine
{
    /// <summary>How late, in milliseconds, a reset of a socket is noticed that has bytes nobody wants to read.</summary>
    internal const int ProbeInterval = 250;

    private readonly IWakeSignal _wake;
    private readonly int _wakeDescriptor;
    private readonly PosixAbi _abi;
    private readonly Registration?[] _registrations = new Registration?[DescriptorSet.Limit];
    private readonly Libc.PollFd[] _questions = new Libc.PollFd[DescriptorSet.Limit];

    // All: registered, and the wake signal. Read and Write: what select is asked for. Quiet: see above.
    private DescriptorSet _all;
    private DescriptorSet _read;
    private DescriptorSet _write;
    private DescriptorSet _quiet;
    private long _nextProbe;

    // Who was ready and had no room in the caller's batch comes first in the next one.
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

    /// <summary>How often the system was asked to wait. For tests.</summary>
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

        // A listening socket has no faults to be watched for.
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

        // Its number may be another registration's already, if it was closed before.
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

            // A socket became quiet, or it is time to ask the quiet ones, or the time is over.
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

        // The sets and the time are the caller's and this method's, on the stack; the system fills the sets during the call.
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

    // Of the readable sockets that nobody reads from, those that failed; the others become quiet.
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

    // A quiet socket that failed goes back to the others, where the next select finds it.
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

    // Descriptors closed under the engine make every select fail: each is reported once and left out.
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

    // Asked for nothing, poll tells of faults alone, at once and without taking them off the socket.
    private void Ask(int count)
    {
        // The system fills in the answers during the call.
        fixed (Libc.PollFd* questions = _questions)
        {
            // When the call itself fails no answer is written: no fault is known of then, and the next time tells.
            _ = Libc.Poll(questions, (nuint)count, 0);
        }
    }

    private void Ignore(int descriptor)
    {
        _read.Remove(descriptor);
        _write.Remove(descriptor);
        _quiet.Remove(descriptor);
    }

    // Of the exact clock: the one that counts milliseconds may be some behind, and a wait would end early.
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
