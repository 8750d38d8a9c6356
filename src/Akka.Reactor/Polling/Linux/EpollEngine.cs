using System;
using System.Runtime.InteropServices;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Linux;

/// <summary>
/// The engine for Linux epoll. It is level-triggered: the loop receives once per event from a readable socket, and epoll
/// reports the socket again while more bytes are there. So a busy connection cannot starve the others. Only the wake
/// signal is edge-triggered, because then it need not be read before it can fire again.
/// </summary>
internal sealed unsafe class EpollEngine : ReadinessEngine
{
    private const int BatchSize = 512;
    private const ulong WakeToken = ulong.MaxValue;

    // struct epoll_event is packed to 12 bytes on x86-64, and has 16 bytes on other architectures. The token follows the
    // mask.
    private static readonly int EventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int TokenOffset = EventSize - sizeof(ulong);

    private readonly int _epoll;

    // The kernel fills this native memory. This engine owns it, frees it in Dispose, and uses it on the loop only.
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

    // Registers the interest that usually follows, so that the first wait has nothing to change.
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
                // Nobody asks for the fault of a listening socket. This exception ends the engine; the next engine
                // refuses the socket when it is registered, and that error is reported.
                throw PosixAbi.Linux.LastFailure("epoll_ctl");
            }

            Refuse(registration);
        }
    }

    // A failure means that the descriptor is already closed and the kernel's registration is gone with it.
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
