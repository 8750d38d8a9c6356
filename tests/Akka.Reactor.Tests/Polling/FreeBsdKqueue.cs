using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Akka.Reactor.Polling;
using Xunit;

namespace Akka.Reactor.Tests.Polling;

/// <summary>
/// kqueue with the bigger events of FreeBSD, on Linux's epoll and without any library: as much of it as the engine uses.
/// Filters are added and deleted, wait with or without EV_CLEAR, and refused changes come back as events, or as errno
/// when nothing has room for them.
/// </summary>
internal static unsafe class FreeBsdKqueue
{
    private const int Size = KqueueNative.FreeBsdEventSize;
    private const uint EPOLLRDHUP = 0x2000;
    private const uint Failed = Libc.EPOLLERR | Libc.EPOLLHUP;
    private static readonly int EpollEventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    // The filters by queue and descriptor.
    private static readonly ConcurrentDictionary<int, Dictionary<int, Filters>> Queues = new();

    internal static IPlatform Platform { get; } = new EmulatedPlatform();

    [UnmanagedCallersOnly]
    private static int Kqueue()
    {
        int queue = Libc.EpollCreate1(Libc.EPOLL_CLOEXEC);
        Queues[queue] = [];
        return queue;
    }

    [UnmanagedCallersOnly]
    private static int Kevent(
        int queue,
        byte* changes,
        int changeCount,
        byte* events,
        int room,
        KqueueNative.TimeSpec* timeout
    )
    {
        Dictionary<int, Filters> filters = Queues[queue];
        int refused = 0;
        for (int i = 0; i < changeCount; i++)
        {
            KqueueNative.Event change = *(KqueueNative.Event*)(changes + (i * Size));
            int errno = Make(queue, filters, change);
            if (errno == 0)
            {
                continue;
            }

            if (refused == room)
            {
                Marshal.SetLastSystemError(errno);
                return -1;
            }

            change.Flags = KqueueNative.EV_ERROR;
            change.Data = errno;
            Put(events, refused++, change);
        }

        return refused > 0 || room == 0 ? refused : Wait(queue, filters, events, room, timeout);
    }

    private static int Make(int queue, Dictionary<int, Filters> filters, in KqueueNative.Event change)
    {
        int descriptor = (int)change.Identifier;
        filters.TryGetValue(descriptor, out Filters wanted);
        bool reads = change.Filter == KqueueNative.EVFILT_READ;
        if ((change.Flags & KqueueNative.EV_DELETE) != 0)
        {
            if (!(reads ? wanted.Reads : wanted.Writes))
            {
                return Libc.ENOENT;
            }

            wanted = reads ? wanted with { Reads = false } : wanted with { Writes = false };
        }
        else if (reads)
        {
            bool clear = (change.Flags & KqueueNative.EV_CLEAR) != 0;

            // The systems leave an existing filter's trigger as it is.
            clear = wanted.Reads ? wanted.Clear : clear;
            wanted = wanted with { Reads = true, Clear = clear, ReadData = change.UserData };
        }
        else
        {
            wanted = wanted with { Writes = true, WriteData = change.UserData };
        }

        if (wanted is { Reads: false, Writes: false })
        {
            filters.Remove(descriptor);
            return Libc.EpollCtl(queue, Libc.EPOLL_CTL_DEL, descriptor, null) < 0 ? Marshal.GetLastPInvokeError() : 0;
        }

        uint mask = wanted.Writes ? Libc.EPOLLOUT : 0;
        if (wanted.Reads)
        {
            // epoll knows one trigger for both directions, and the engine never mixes them.
            Assert.False(wanted is { Clear: true, Writes: true });
            mask |= Libc.EPOLLIN | EPOLLRDHUP | (wanted.Clear ? Libc.EPOLLET : 0);
        }

        byte* entry = stackalloc byte[16];
        *(uint*)entry = mask;
        *(ulong*)(entry + EpollEventSize - sizeof(ulong)) = (ulong)descriptor;
        if (
            Libc.EpollCtl(queue, Libc.EPOLL_CTL_MOD, descriptor, entry) < 0
            && Libc.EpollCtl(queue, Libc.EPOLL_CTL_ADD, descriptor, entry) < 0
        )
        {
            return Marshal.GetLastPInvokeError();
        }

        filters[descriptor] = wanted;
        return 0;
    }

    private static int Wait(
        int queue,
        Dictionary<int, Filters> filters,
        byte* events,
        int room,
        KqueueNative.TimeSpec* timeout
    )
    {
        int milliseconds = timeout == null ? -1 : (int)((timeout->Seconds * 1000) + (timeout->Nanoseconds / 1_000_000));

        // One descriptor may give two events.
        int capacity = Math.Clamp(room / 2, 1, 256);
        byte* ready = stackalloc byte[capacity * 16];
        int count = Libc.EpollWait(queue, ready, capacity, milliseconds);
        if (count < 0)
        {
            Marshal.SetLastSystemError(Marshal.GetLastPInvokeError());
            return -1;
        }

        int filled = 0;
        for (int i = 0; i < count; i++)
        {
            uint mask = *(uint*)(ready + (i * EpollEventSize));
            int descriptor = (int)*(ulong*)(ready + ((i + 1) * EpollEventSize) - sizeof(ulong));
            Filters wanted = filters[descriptor];
            uint error = (mask & Libc.EPOLLERR) != 0 ? TakeError(descriptor) : 0;
            KqueueNative.Event found = new() { Identifier = (nuint)descriptor, FilterFlags = error };
            if (wanted.Reads && (mask & (Libc.EPOLLIN | EPOLLRDHUP | Failed)) != 0)
            {
                found.Filter = KqueueNative.EVFILT_READ;
                found.Flags = (mask & (EPOLLRDHUP | Failed)) != 0 ? KqueueNative.EV_EOF : (ushort)0;
                found.UserData = wanted.ReadData;
                Put(events, filled++, found);
            }

            if (wanted.Writes && (mask & (Libc.EPOLLOUT | Failed)) != 0 && filled < room)
            {
                found.Filter = KqueueNative.EVFILT_WRITE;
                found.Flags = (mask & Failed) != 0 ? KqueueNative.EV_EOF : (ushort)0;
                found.UserData = wanted.WriteData;
                Put(events, filled++, found);
            }
        }

        return filled;
    }

    // Takes it off the socket, which the systems do not: they can look.
    private static uint TakeError(int descriptor) => (uint)new PosixSockets().TakeError(descriptor).Errno;

    private static void Put(byte* events, int place, in KqueueNative.Event found)
    {
        // What FreeBSD has behind these fields is the system's: anything may stand there.
        new Span<byte>(events + (place * Size), Size).Fill(0xAA);
        *(KqueueNative.Event*)(events + (place * Size)) = found;
    }

    private readonly record struct Filters(bool Reads, bool Clear, ulong ReadData, bool Writes, ulong WriteData);

    private sealed class EmulatedPlatform : IPlatform
    {
        public string EngineName => "kqueue";

        public ISockets Sockets { get; } = new PosixSockets(PosixAbi.Linux);

        public IWakeSignal CreateWakeSignal() => new WakePipe(PosixAbi.Linux);

        public IEngine CreateEngine(IWakeSignal wake) =>
            new KqueueEngine(wake, PosixAbi.Linux, new KqueueNative(&Kqueue, &Kevent, Size));
    }
}
