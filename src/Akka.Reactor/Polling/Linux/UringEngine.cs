using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using Akka.Reactor.Buffers;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Linux;

/// <summary>
/// The engine for Linux io_uring, which works by completion. One system call per wait gives the kernel all requests since
/// the last wait, sends included, and returns the bytes received and the connections accepted meanwhile. To the loop this
/// engine looks like any other: received bytes are held here, and the socket is reported as readable until the bytes have
/// been taken.
/// </summary>
/// <remarks>
/// The engine can be created on any thread. The thread of the first wait becomes the engine's thread, or the thread that
/// fills the request queue before that. Three properties of io_uring shape the engine. First, a submitted request refers
/// to the file and not to the number, so a closed socket stays alive until its requests are cancelled:
/// <see cref="Deregister"/> queues the cancellations, and the next wait, in the same turn of the loop, submits them.
/// Second, a request that is queued and not yet submitted refers to the number, whichever socket has it by then: it is
/// turned into a no-op. Third, bytes that a receive has taken from a socket exist nowhere else: they outlive
/// registrations and engines in <see cref="Registration.State"/>.
/// </remarks>
internal sealed unsafe partial class UringEngine : IEngine
{
    // The number of bytes up to which a send is queued. A longer send is made directly, by its own system call: a few of
    // them would fill the memory that all sends share.
    private const int LongestQueuedSend = 64 * 1024;

    // The highest number of further calls in one wait, and the number of completions in one call that makes another call
    // worthwhile.
    private const int MostRounds = 64;
    private const int FullCall = 16;

    private readonly IWakeSignal _wake;
    private readonly UringRing _ring;
    private readonly UringBufferRing _buffers;
    private readonly UringSendMemory _sends;
    private readonly RegistrationTable _table = new();
    private readonly List<UringSocket?> _sockets = [];
    private readonly Stack<int> _freeSlots = new();
    private readonly Queue<UringSocket> _dirty = new();
    private readonly Queue<UringSocket> _listed = new();

    // The number of the sockets' requests that are queued or with the kernel.
    private int _underWay;
    private int _thread;
    private bool _wakeArmed;
    private bool _disposed;

    internal UringEngine(IWakeSignal wake)
        : this(wake, UringSizes.Default) { }

    internal UringEngine(IWakeSignal wake, UringSizes sizes)
    {
        _wake = wake;
        _ring = new UringRing(sizes);
        try
        {
            _buffers = new UringBufferRing(_ring, sizes);
        }
        catch
        {
            _ring.Dispose();
            throw;
        }

        _sends = new UringSendMemory(sizes.SendMemory);
    }

    /// <summary>The number of completions that came after their socket was deregistered.</summary>
    internal long StaleCompletions { get; private set; }

    /// <summary>The number of requests whose last completion has not come yet.</summary>
    internal int RequestsUnderWay => _underWay;

    public Registration Register(nint descriptor, SocketKind kind, object target, Registration? previous = null)
    {
        UringSocket socket =
            previous?.State is UringSocket { Registration: null } known
            && known.Descriptor == descriptor
            && known.Kind == kind
                ? known
                : new UringSocket(descriptor, kind);
        if (socket.Slot < 0)
        {
            TakeSlot(socket);
        }

        Registration registration = _table.Add(descriptor, kind, target);
        socket.Attach(registration);
        MarkDirty(socket);
        List(socket);
        return registration;
    }

    public void SetInterest(Registration registration, Interest interest) => _table.SetInterest(registration, interest);

    public void Deregister(Registration registration)
    {
        if (!registration.Active || _disposed)
        {
            return;
        }

        _table.Remove(registration);
        UringSocket socket = (UringSocket)registration.State!;
        socket.Detach();
        socket.Inbox.CopyOut(_buffers);
        socket.Untaken?.Close();
        for (int i = 0; i < UringRequests.Count; i++)
        {
            Cancel(socket, (UringOperation)i);
        }

        if (socket.UnderWay == 0)
        {
            // The slot is already free if Cancel, to make room in the queue, has taken the socket's last completion.
            if (socket.Slot >= 0)
            {
                FreeSlot(socket);
            }
        }
        else if (socket.Kind == SocketKind.Listening)
        {
            // Submits the cancellation now: the listening address must be free as soon as the socket is closed.
            _ring.Submit();
        }
    }

    public IoResult Receive(Registration registration, Span<byte> buffer)
    {
        UringSocket socket = (UringSocket)registration.State!;
        ref UringRequest input = ref socket.Requests[(int)UringOperation.Input];
        if (!socket.Inbox.IsEmpty)
        {
            int count = socket.Inbox.Read(buffer, _buffers);
            if (socket.Inbox.IsEmpty && input.State != UringRequestState.Running)
            {
                MarkDirty(socket);
            }

            return IoResult.Done(count);
        }

        if (!socket.Fault.Succeeded)
        {
            return socket.Fault;
        }

        if (socket.Finished)
        {
            return IoResult.Done(0);
        }

        if (!input.IsIdle)
        {
            // A receive is in progress. A second one, by system call, could return bytes in the wrong order.
            return IoResult.Failed(SocketFault.WouldBlock, Libc.EAGAIN);
        }

        IoResult result = PosixIo.Instance.Receive(socket.Descriptor, buffer);
        if (result is { Count: 0, Succeeded: true } && !buffer.IsEmpty)
        {
            socket.Finished = true;
            List(socket);
        }

        return result;
    }

    public IoResult Send(Registration registration, ReadOnlySpan<byte> buffer)
    {
        UringSocket socket = (UringSocket)registration.State!;
        if (socket.Sending == UringSend.Pending)
        {
            return IoResult.Pending;
        }

        bool answered = socket.Sending == UringSend.Answered;
        socket.SendOver();
        if (answered)
        {
            return socket.Answer;
        }

        return buffer.Length <= LongestQueuedSend && QueueSend(socket, buffer)
            ? IoResult.Pending
            : PosixIo.Instance.Send(socket.Descriptor, buffer);
    }

    // io_uring has no such request. No send is pending here, so the system call keeps the order.
    public IoResult SendFile(Registration registration, in FileRange file) =>
        PosixIo.Instance.SendFile(registration.Descriptor, file);

    public AcceptResult Accept(Registration listener)
    {
        UringSocket socket = (UringSocket)listener.State!;
        if (socket.Untaken!.TryTake(out int descriptor))
        {
            listener.AcceptedAhead = socket.Untaken.Count;
            if (socket.Untaken.Count == 0)
            {
                MarkDirty(socket);
            }

            return UringAccepted.WithPeer(descriptor);
        }

        if (!socket.Fault.Succeeded)
        {
            MarkDirty(socket);
            IoResult fault = socket.TakeFault();
            return new AcceptResult(-1, null, fault.Fault, fault.Errno);
        }

        return socket.Requests[(int)UringOperation.Input].IsIdle
            ? PosixIo.Instance.Accept(socket.Descriptor)
            : new AcceptResult(-1, null, SocketFault.WouldBlock, Libc.EAGAIN);
    }

    public int Wait(Span<EngineEvent> events, int timeoutMilliseconds)
    {
        Enable();
#pragma warning disable RS0030 // The kernel waits in real time.
        long started = timeoutMilliseconds > 0 ? Stopwatch.GetTimestamp() : 0;
#pragma warning restore RS0030
        int left = timeoutMilliseconds;
        while (true)
        {
            Prepare();
            bool ready = left == 0 || _woken || _ring.HasCompletions || AnyToReport();
            _ring.Enter(ready ? 0 : left);
            if (_ring.Refused && !ready && !_ring.HasCompletions)
            {
                // The kernel did not wait, and another call immediately afterwards would not wait either.
#pragma warning disable RS0030 // The kernel refused to wait, so the thread waits by itself.
                Thread.Sleep(1);
#pragma warning restore RS0030
            }

            ReapAll();
            int filled = Report(events);
            if (filled > 0 || _woken || left == 0)
            {
                _woken = false;
                return filled;
            }

            // The completions gave nothing to report, or the timeout has passed.
            if (left > 0)
            {
                long elapsed = (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                left = (int)Math.Max(0, timeoutMilliseconds - elapsed);
                if (left == 0)
                {
                    return 0;
                }
            }
        }
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        Finish();
        foreach (UringSocket socket in _dirty)
        {
            socket.Dirty = false;
        }

        foreach (UringSocket socket in _listed)
        {
            socket.Listed = false;
        }

        foreach (UringSocket? socket in _sockets)
        {
            if (socket is not null)
            {
                socket.Inbox.CopyOut(_buffers);
                socket.Abandon();
            }
        }

        _ring.Dispose();
        if (_underWay == 0 || _ring.OneThreadOnly)
        {
            _buffers.Dispose();
            _sends.Dispose();
        }

        // Otherwise the kernel has not ended its requests in time and may still use this memory, which is therefore never
        // freed.
    }

    // Takes all completions that have arrived: not only those of one call, and also those that do not fit in the caller's
    // batch. Otherwise a peer could be timed out although its bytes have arrived, because a batch that is not full counts
    // as complete. The kernel completes about twenty requests per call (since 6.12), and a receive that found no buffer
    // has to be started again.
    private void ReapAll()
    {
        int reaped = Reap();
        for (int i = 0; i < MostRounds; i++)
        {
            if (!_foundNoBuffer && (reaped < FullCall || !_ring.HasMore))
            {
                break;
            }

            _foundNoBuffer = false;
            Prepare();
            _ring.Enter(0);
            reaped = Reap();
        }
    }

    private void Enable()
    {
        if (!_ring.Enabled)
        {
            _ring.Enable();
            _thread = Environment.CurrentManagedThreadId;
        }
    }

    private int Report(Span<EngineEvent> events)
    {
        int filled = 0;
        for (int i = _listed.Count; i > 0 && filled < events.Length; i--)
        {
            UringSocket socket = _listed.Dequeue();
            Readiness readiness = socket.Readiness;
            if (readiness == Readiness.None)
            {
                socket.Listed = false;
                continue;
            }

            events[filled++] = new EngineEvent(socket.Registration!, readiness);
            if (socket.CanWrite)
            {
                // An answer of the poll is reported once. Prepare asks again whether the socket is still writable.
                MarkDirty(socket);
            }

            socket.Reported(readiness);

            // Moves the socket to the end: the other sockets come first in the next batch, and this one again if it is
            // still ready.
            _listed.Enqueue(socket);
        }

        return filled;
    }

    private bool AnyToReport()
    {
        while (_listed.TryPeek(out UringSocket? socket))
        {
            if (socket.Readiness != Readiness.None)
            {
                return true;
            }

            _listed.Dequeue();
            socket.Listed = false;
        }

        return false;
    }

    private void List(UringSocket socket)
    {
        if (!socket.Listed)
        {
            socket.Listed = true;
            _listed.Enqueue(socket);
        }
    }

    private void MarkDirty(UringSocket socket)
    {
        if (!socket.Dirty)
        {
            socket.Dirty = true;
            _dirty.Enqueue(socket);
        }
    }

    private void TakeSlot(UringSocket socket)
    {
        if (!_freeSlots.TryPop(out int slot))
        {
            slot = _sockets.Count;
            _sockets.Add(null);
        }

        _sockets[slot] = socket;
        socket.Slot = slot;
    }

    private void FreeSlot(UringSocket socket)
    {
        _sockets[socket.Slot] = null;
        _freeSlots.Push(socket.Slot);
        socket.Slot = -1;
    }
}
