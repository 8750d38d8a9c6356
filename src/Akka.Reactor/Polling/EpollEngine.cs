using System;
using System.Collections.Generic;
using System.Net;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Polling;

/// <summary>
/// Linux epoll, level-triggered: a readable socket is received from once per event, and epoll reports it again while
/// more is there, so a busy connection cannot starve the others. The wake signal alone is edge-triggered: it needs no
/// read to be armed again.
/// </summary>
internal sealed unsafe class EpollEngine : IEngine
{
    private const int BatchSize = 512;
    private const ulong WakeToken = ulong.MaxValue;

    // struct epoll_event is packed to 12 bytes on x86-64 only, and 16 elsewhere; the token follows the mask.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int TokenOffset = EventSize - sizeof(ulong);

    private readonly int _epoll;

    // Native memory for the kernel to fill: owned by this engine, freed in Dispose, touched on the loop only.
    private readonly byte* _batch = (byte*)NativeMemory.Alloc((nuint)BatchSize, 16);

    private readonly List<Registration?> _slots = [];
    private readonly Stack<int> _free = new();
    private readonly List<Registration> _changed = [];
    private uint _generation;
    private bool _disposed;

    internal EpollEngine(IWakeSignal wake)
    {
        _epoll = Libc.EpollCreate1(Libc.EPOLL_CLOEXEC);
        if (_epoll < 0)
        {
            throw LastFault("epoll_create1");
        }

        Control(Libc.EPOLL_CTL_ADD, (int)wake.Descriptor, Libc.EPOLLIN | Libc.EPOLLET, WakeToken);
    }

    public string Name => "epoll";

    /// <summary>Events dropped because their registration was gone. For tests and diagnostics.</summary>
    internal long StaleEvents { get; private set; }

    public Registration Register(nint descriptor, object target)
    {
        if (!_free.TryPop(out int slot))
        {
            slot = _slots.Count;
            _slots.Add(null);
        }

        Registration registration = new(descriptor, target, slot, ++_generation);
        _slots[slot] = registration;
        Control(Libc.EPOLL_CTL_ADD, (int)descriptor, 0, Token(registration));
        return registration;
    }

    public void SetInterest(Registration registration, Interest interest)
    {
        if (registration.Interest == interest || !registration.Active)
        {
            return;
        }

        registration.Interest = interest;
        if (!registration.Changed)
        {
            registration.Changed = true;
            _changed.Add(registration);
        }
    }

    public void Deregister(Registration registration)
    {
        if (!registration.Active)
        {
            return;
        }

        registration.Active = false;
        _slots[registration.Slot] = null;
        _free.Push(registration.Slot);

        // A failure here means that the descriptor is gone already, and with it the kernel's registration.
        _ = Libc.EpollCtl(_epoll, Libc.EPOLL_CTL_DEL, (int)registration.Descriptor, null);
    }

    public IoResult Receive(Registration registration, Span<byte> buffer)
    {
        // The buffer is fixed for the call only; the kernel keeps no pointer.
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = Libc.Recv((int)registration.Descriptor, start, (nuint)buffer.Length, 0);
                if (count >= 0)
                {
                    return IoResult.Done((int)count);
                }

                int errno = Marshal.GetLastPInvokeError();
                if (errno != Libc.EINTR)
                {
                    return IoResult.Failed(Libc.ToFault(errno), errno);
                }
            }
        }
    }

    public IoResult Send(Registration registration, ReadOnlySpan<byte> buffer)
    {
        // The buffer is fixed for the call only; the kernel copies what it takes.
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = Libc.Send((int)registration.Descriptor, start, (nuint)buffer.Length, Libc.MSG_NOSIGNAL);
                if (count >= 0)
                {
                    return IoResult.Done((int)count);
                }

                int errno = Marshal.GetLastPInvokeError();
                if (errno != Libc.EINTR)
                {
                    return IoResult.Failed(Libc.ToFault(errno), errno);
                }
            }
        }
    }

    public AcceptResult Accept(Registration listener)
    {
        // The address is written to this stack frame.
        Span<byte> address = stackalloc byte[SockAddr.MaxSize];
        fixed (byte* start = address)
        {
            while (true)
            {
                uint length = SockAddr.MaxSize;
                int descriptor = Libc.Accept4(
                    (int)listener.Descriptor,
                    start,
                    &length,
                    Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC
                );
                if (descriptor >= 0)
                {
                    EndPoint remote = SockAddr.Read(address[..(int)length]);
                    return new AcceptResult(descriptor, remote, SocketFault.None, 0);
                }

                int errno = Marshal.GetLastPInvokeError();
                if (errno != Libc.EINTR)
                {
                    return new AcceptResult(-1, null, Libc.ToFault(errno), errno);
                }
            }
        }
    }

    public int Wait(Span<EngineEvent> events, int timeoutMilliseconds)
    {
        ApplyChanges();
        int capacity = Math.Min(events.Length, BatchSize);
        int count = Libc.EpollWait(_epoll, _batch, capacity, timeoutMilliseconds);
        if (count < 0)
        {
            return Marshal.GetLastPInvokeError() == Libc.EINTR ? 0 : throw LastFault("epoll_wait");
        }

        int filled = 0;
        for (int i = 0; i < count; i++)
        {
            byte* entry = _batch + (i * EventSize);
            ulong token = *(ulong*)(entry + TokenOffset);
            if (token == WakeToken)
            {
                continue;
            }

            int slot = (int)(uint)token;
            Registration? registration = slot < _slots.Count ? _slots[slot] : null;
            if (registration is null || registration.Generation != (uint)(token >> 32))
            {
                StaleEvents++;
                continue;
            }

            events[filled++] = new EngineEvent(registration, ToReadiness(*(uint*)entry));
        }

        return filled;
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _ = Libc.Close(_epoll);
        NativeMemory.Free(_batch);
    }

    private static ulong Token(Registration registration) =>
        ((ulong)registration.Generation << 32) | (uint)registration.Slot;

    private static Readiness ToReadiness(uint mask)
    {
        Readiness readiness = Readiness.None;
        if ((mask & Libc.EPOLLIN) != 0)
        {
            readiness |= Readiness.Readable;
        }

        if ((mask & Libc.EPOLLOUT) != 0)
        {
            readiness |= Readiness.Writable;
        }

        if ((mask & (Libc.EPOLLERR | Libc.EPOLLHUP)) != 0)
        {
            readiness |= Readiness.Fault;
        }

        return readiness;
    }

    /// <summary>
    /// Interest that changed since the last wait is told to the kernel once, however often it changed, and not at all
    /// when it is back to what it was: suspending and resuming within one turn costs no system call.
    /// </summary>
    private void ApplyChanges()
    {
        foreach (Registration registration in _changed)
        {
            registration.Changed = false;
            if (!registration.Active || registration.Interest == registration.Applied)
            {
                continue;
            }

            uint mask = 0;
            if ((registration.Interest & Interest.Read) != 0)
            {
                mask |= Libc.EPOLLIN;
            }

            if ((registration.Interest & Interest.Write) != 0)
            {
                mask |= Libc.EPOLLOUT;
            }

            Control(Libc.EPOLL_CTL_MOD, (int)registration.Descriptor, mask, Token(registration));
            registration.Applied = registration.Interest;
        }

        _changed.Clear();
    }

    private void Control(int operation, int descriptor, uint mask, ulong token)
    {
        // The event lives on this stack frame; the kernel copies it.
        byte* entry = stackalloc byte[16];
        *(uint*)entry = mask;
        *(ulong*)(entry + TokenOffset) = token;
        if (Libc.EpollCtl(_epoll, operation, descriptor, entry) < 0)
        {
            throw LastFault("epoll_ctl");
        }
    }

    private static SocketFaultException LastFault(string operation)
    {
        int errno = Marshal.GetLastPInvokeError();
        return new SocketFaultException(operation, Libc.ToFault(errno), errno, Marshal.GetPInvokeErrorMessage(errno));
    }
}
