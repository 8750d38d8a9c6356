using System;
using System.Collections.Generic;
using System.Diagnostics;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Windows;

/// <summary>
/// The engine for Windows. It polls the socket driver (AFD), and these polls complete to the loop's completion port. A
/// poll is level-triggered and one-shot. While the loop waits, every registered socket has one poll in flight; a socket
/// without interest has one too, for resets. After a poll has reported something, the next wait starts it again.
/// </summary>
/// <remarks>
/// The driver writes to a poll's memory until the poll's completion was posted. A poll is therefore used again only after
/// its completion was taken from the port, and <see cref="Dispose"/> cancels all polls and takes their completions before
/// it frees the memory. If the completions do not come in time, the memory is never freed, and the port drops these
/// completions by this engine's key.
/// </remarks>
internal sealed unsafe class AfdEngine : ReadinessEngine
{
    private const int BatchSize = 256;
    private const uint Faults =
        AfdNative.AFD_POLL_ABORT | AfdNative.AFD_POLL_LOCAL_CLOSE | AfdNative.AFD_POLL_CONNECT_FAIL;
    private const uint Reads = AfdNative.AFD_POLL_RECEIVE | AfdNative.AFD_POLL_ACCEPT | AfdNative.AFD_POLL_DISCONNECT;

    private static readonly TimeSpan s_disposal = TimeSpan.FromSeconds(5);

    private readonly CompletionPort _port;
    private readonly nuint _key;
    private readonly List<AfdDevice> _devices = [];
    private readonly List<AfdPoll> _polls = [];
    private readonly Stack<AfdPoll> _free = new();
    private readonly List<AfdPoll> _toStart = [];
    private readonly nint[] _completed = new nint[BatchSize];

    // The tokens of sockets whose poll could not be started. Each is reported once, as a fault.
    private readonly Queue<ulong> _refused = new();
    private int _inFlight;
    private bool _disposed;

    /// <param name="wake">The loop's <see cref="CompletionPort"/>, which must outlive the engine.</param>
    internal AfdEngine(IWakeSignal wake)
        : base(WinsockIo.Instance)
    {
        _port = (CompletionPort)wake;
        _key = _port.NextKey();

        // Opens the driver now, so that a failure is reported here and not with the first socket.
        AddDevice();
    }

    /// <summary>The number of polls that the driver has. For tests and diagnostics.</summary>
    internal int InFlight => _inFlight;

    /// <summary>The number of polls for which there is memory. For tests and diagnostics.</summary>
    internal int Capacity => _polls.Count;

    protected override void Add(Registration registration)
    {
        nint baseSocket = BaseHandle(registration.Descriptor);
        if (_free.Count == 0)
        {
            AddDevice();
        }

        AfdPoll poll = _free.Pop();
        poll.Own(registration.Token, baseSocket);
        registration.State = poll;
        Queue(poll);
    }

    protected override void Apply(Registration registration)
    {
        AfdPoll poll = (AfdPoll)registration.State!;
        if (!poll.InFlight)
        {
            Queue(poll);
        }
        else if (!poll.Cancelling && (Wanted(registration) & ~poll.Asked) != 0)
        {
            // The poll is started again when it completes. A poll that asks for more than is wanted may stay in flight:
            // other events that it finds are not reported, and the next poll asks for less.
            Cancel(poll);
        }
    }

    protected override void Remove(Registration registration)
    {
        AfdPoll poll = (AfdPoll)registration.State!;
        poll.Disown();
        if (!poll.InFlight)
        {
            Free(poll);
        }
        else if (!poll.Cancelling)
        {
            Cancel(poll);
        }
    }

    protected override int Poll(Span<EngineEvent> events, int timeoutMilliseconds)
    {
#pragma warning disable RS0030 // The kernel waits in real time.
        long started = Stopwatch.GetTimestamp();
#pragma warning restore RS0030
        int filled = 0;
        bool woken;
        bool more = false;
        int remaining;
        do
        {
            if (!more)
            {
                StartQueued();
                filled += TakeRefused(events[filled..]);
            }

            remaining = filled > 0 ? 0 : CompletionPort.Remaining(started, timeoutMilliseconds);
            Span<nint> completed = _completed.AsSpan(0, Math.Min(BatchSize, events.Length - filled));
            int count = _port.Take(_key, completed, remaining, out woken);
            more = count > 0 && count == completed.Length && filled < events.Length - count;
            foreach (nint request in completed[..count])
            {
                AfdPoll poll = Complete(request);
                if (Evaluate(poll) is { } engineEvent)
                {
                    events[filled++] = engineEvent;
                }
            }

            // All finished polls are taken before any poll is started again, because a poll that is started again could
            // complete once more. The wait does not end for a poll that was cancelled in order to ask for other events,
            // nor for a poll whose registration is gone.
        } while (more || (filled == 0 && !woken && (remaining != 0 || _toStart.Count > 0)));

        return filled;
    }

    public override void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        bool quiet = TryTakeAll();
        foreach (AfdDevice device in _devices)
        {
            if (quiet)
            {
                device.Dispose();
            }
            else
            {
                device.Abandon();
            }
        }
    }

    private bool TryTakeAll()
    {
        foreach (AfdPoll poll in _polls)
        {
            if (poll.InFlight && !poll.Cancelling)
            {
                Cancel(poll);
            }
        }

        bool wasWoken = false;
#pragma warning disable RS0030 // The kernel waits in real time.
        long started = Stopwatch.GetTimestamp();
#pragma warning restore RS0030
        try
        {
            int left;
            while (_inFlight > 0 && (left = CompletionPort.Remaining(started, (int)s_disposal.TotalMilliseconds)) > 0)
            {
                int count = _port.Take(_key, _completed, left, out bool woken);
                wasWoken |= woken;
                foreach (nint request in _completed.AsSpan(0, count))
                {
                    Complete(request);
                }
            }
        }
        catch (Exception fault) when (fault is SocketFaultException or ObjectDisposedException)
        {
            // The port has failed or is closed: no completion can be taken from it.
            return false;
        }

        if (wasWoken)
        {
            // The wake was not for this engine.
            _port.Set();
        }

        return _inFlight == 0;
    }

    private void StartQueued()
    {
        foreach (AfdPoll poll in _toStart)
        {
            poll.Queued = false;

            // The registration is gone, or the poll now belongs to another registration and has already been started.
            if (!poll.Owned || poll.InFlight || Table.Find(poll.Token) is not { } registration)
            {
                continue;
            }

            poll.Asked = Wanted(registration);
            if (poll.Device.TryStart(poll.Index, poll.BaseSocket, poll.Asked, out _))
            {
                poll.InFlight = true;
                _inFlight++;
            }
            else
            {
                _refused.Enqueue(poll.Token);
            }
        }

        _toStart.Clear();
    }

    private int TakeRefused(Span<EngineEvent> events)
    {
        int filled = 0;
        while (filled < events.Length && _refused.TryDequeue(out ulong token))
        {
            if (Table.Find(token) is { } registration)
            {
                events[filled++] = new EngineEvent(registration, Readiness.Fault);
            }
        }

        return filled;
    }

    private AfdPoll Complete(nint request)
    {
        AfdPoll poll = _polls[AfdDevice.IndexOf(request)];
        poll.InFlight = false;
        poll.Cancelling = false;
        _inFlight--;
        return poll;
    }

    private EngineEvent? Evaluate(AfdPoll poll)
    {
        (int status, uint found) = poll.Device.Result(poll.Index);
        if (!poll.Owned)
        {
            if (found != 0)
            {
                // The poll found events before it was cancelled. They are dropped, and Find counts them as stale.
                _ = Table.Find(poll.Token);
            }

            Free(poll);
            return null;
        }

        Registration? registration = Table.Find(poll.Token);
        if (registration is null)
        {
            return null;
        }

        if (status is not (AfdNative.STATUS_SUCCESS or AfdNative.STATUS_CANCELLED or AfdNative.STATUS_TIMEOUT))
        {
            // The driver does not know the socket any more. Another poll would find the same.
            return new EngineEvent(registration, Readiness.Fault);
        }

        if ((found & AfdNative.AFD_POLL_ABORT) != 0)
        {
            // On Windows a receive also reports the reset. On Wine 8 a receive reports the end of the stream, so that a
            // truncated stream would look complete.
            registration.TakenError = IoResult.Failed(SocketFault.ConnectionReset, WinsockErrors.WSAECONNRESET);
        }

        if ((found & AfdNative.AFD_POLL_LOCAL_CLOSE) == 0)
        {
            Queue(poll);
        }

        Readiness readiness = ToReadiness(found & Wanted(registration), registration.Interest);
        return readiness == Readiness.None ? null : new EngineEvent(registration, readiness);
    }

    private static Readiness ToReadiness(uint found, Interest interest)
    {
        Readiness readiness = Readiness.None;
        if ((found & Reads) != 0)
        {
            readiness |= Readiness.Readable;
        }

        if ((found & AfdNative.AFD_POLL_SEND) != 0)
        {
            readiness |= Readiness.Writable;
        }

        if ((found & Faults) != 0)
        {
            // A receive returns the reason of the fault.
            readiness |= (interest & Interest.Read) != 0 ? Readiness.Fault | Readiness.Readable : Readiness.Fault;
        }

        return readiness;
    }

    private static uint Wanted(Registration registration)
    {
        uint events = Faults;
        if ((registration.Interest & Interest.Read) != 0)
        {
            events |= Reads;
        }

        if ((registration.Interest & Interest.Write) != 0)
        {
            events |= AfdNative.AFD_POLL_SEND;
        }

        return events;
    }

    private void Queue(AfdPoll poll)
    {
        if (!poll.Queued)
        {
            poll.Queued = true;
            _toStart.Add(poll);
        }
    }

    private static void Cancel(AfdPoll poll)
    {
        poll.Cancelling = true;
        poll.Device.Cancel(poll.Index);
    }

    private void Free(AfdPoll poll) => _free.Push(poll);

    private void AddDevice()
    {
        int first = _polls.Count;
        AfdDevice device = new(_port.Descriptor, _key, first);
        _devices.Add(device);
        for (int i = 0; i < AfdDevice.Polls; i++)
        {
            AfdPoll poll = new(device, first + i);
            _polls.Add(poll);
            _free.Push(poll);
        }
    }

    // Layered providers wrap sockets. The driver knows the handle below all of them.
    private static nint BaseHandle(nint descriptor)
    {
        // The system writes the handle and the length to this stack frame, during the call only.
        nint handle;
        uint returned;
        return
            Winsock.Ioctl(
                descriptor,
                Winsock.SIO_BASE_HANDLE,
                null,
                0,
                &handle,
                (uint)sizeof(nint),
                &returned,
                null,
                null
            ) == Winsock.SOCKET_ERROR
            ? throw WinsockErrors.LastFault("WSAIoctl(SIO_BASE_HANDLE)")
            : handle;
    }
}
