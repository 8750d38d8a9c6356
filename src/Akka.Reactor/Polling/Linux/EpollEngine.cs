using System;
using System.Runtime.InteropServices;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Linux;

/// <summary>
/// Linux epoll, level-triggered: a readable socket is received from once per event, and epoll reports it again while
/// more is there, so a busy connection cannot starve the others. The wake signal alone is edge-triggered: it needs no
/// read to be armed again.
/// </summary>
internal sealed unsafe class EpollEngine : ReadinessEngine
{
    private const int BatchSize = 512;
    private const ulong WakeToken = ulong.MaxValue;

    // struct epoll_event is packed to 12 bytes on x86-64 only, and 16 elsewhere; the token follows the mask.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int TokenOffset = EventSize - sizeof(ulong);

    private readonly int _epoll;

    // Native memory for the kernel to fill: owned by this engine, freed in Dispose, touched on the loop only.
    private readonly byte* _batch = (byte*)NativeMemory.Alloc((nuint)BatchSize, 16);

    private bool _disposed;

    internal EpollEngine(IWakeSignal wake)
        : base(PosixIo.Instance)
    {
        _epoll = Libc.EpollCreate1(Libc.EPOLL_CLOEXEC);
        try
        {
            if (_epoll < 0)
            {
                throw PosixAbi.Linux.LastFailure("epoll_create1");
            }

            Control(Libc.EPOLL_CTL_ADD, (int)wake.Descriptor, Libc.EPOLLIN | Libc.EPOLLET, WakeToken);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    // With what will be asked for next as a rule: then the first wait has nothing to change.
    protected override void Add(Registration registration)
    {
        registration.Applied = registration.Kind == SocketKind.ConnectInProgress ? Interest.Write : Interest.Read;
        uint mask = ToMask(registration.Applied);
        Control(Libc.EPOLL_CTL_ADD, (int)registration.Descriptor, mask, registration.Token);
    }

    protected override void Apply(Registration registration)
    {
        uint mask = ToMask(registration.Interest);
        if (!TryControl(Libc.EPOLL_CTL_MOD, (int)registration.Descriptor, mask, registration.Token))
        {
            if (registration.Kind == SocketKind.Listening)
            {
                // Nobody asks a listening socket for its fault. The next engine refuses it, and that is told.
                throw PosixAbi.Linux.LastFailure("epoll_ctl");
            }

            Refuse(registration);
        }
    }

    // A failure means that the descriptor is gone already, and with it the kernel's registration.
    protected override void Remove(Registration registration) =>
        _ = Libc.EpollCtl(_epoll, Libc.EPOLL_CTL_DEL, (int)registration.Descriptor, null);

    protected override int Poll(Span<EngineEvent> events, int timeoutMilliseconds)
    {
        int capacity = Math.Min(events.Length, BatchSize);
        int count = Libc.EpollWait(_epoll, _batch, capacity, timeoutMilliseconds);
        if (count < 0)
        {
            int errno = Libc.Errno;
            return errno == Libc.EINTR ? 0 : throw PosixAbi.Linux.Failure("epoll_wait", errno);
        }

        int filled = 0;
        for (int i = 0; i < count; i++)
        {
            byte* entry = _batch + (i * EventSize);
            ulong token = *(ulong*)(entry + TokenOffset);
            if (token != WakeToken && Table.Find(token) is { } registration)
            {
                events[filled++] = new EngineEvent(registration, ToReadiness(*(uint*)entry));
            }
        }

        return filled;
    }

    public override void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _ = Libc.Close(_epoll);
        NativeMemory.Free(_batch);
    }

    private static uint ToMask(Interest interest)
    {
        uint mask = 0;
        if ((interest & Interest.Read) != 0)
        {
            mask |= Libc.EPOLLIN;
        }

        if ((interest & Interest.Write) != 0)
        {
            mask |= Libc.EPOLLOUT;
        }

        return mask;
    }

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

    private void Control(int operation, int descriptor, uint mask, ulong token)
    {
        if (!TryControl(operation, descriptor, mask, token))
        {
            throw PosixAbi.Linux.LastFailure("epoll_ctl");
        }
    }

    private bool TryControl(int operation, int descriptor, uint mask, ulong token)
    {
        // The event lives on this stack frame; the kernel copies it.
        byte* entry = stackalloc byte[16];
        *(uint*)entry = mask;
        *(ulong*)(entry + TokenOffset) = token;
        return Libc.EpollCtl(_epoll, operation, descriptor, entry) >= 0;
    }
}
