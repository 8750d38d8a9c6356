using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Benchmarks.Native;

/// <summary>
/// A poller that is deliberately separate from the library's, because both sides of a measurement must not share their
/// mistakes. It is used on one thread.
/// </summary>
internal sealed unsafe class Epoll : IDisposable
{
    private const int Capacity = 512;

    // struct epoll_event is packed on x86-64 and naturally aligned elsewhere.
    private static readonly bool s_packed = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int s_dataAt = s_packed ? 4 : 8;
    private static readonly int s_size = s_packed ? 12 : 16;

    private readonly int _descriptor;
    private readonly byte[] _events = new byte[Capacity * s_size];

    internal Epoll()
    {
        _descriptor = Libc.EpollCreate1(Libc.EPOLL_CLOEXEC);
        if (_descriptor < 0)
        {
            throw Libc.LastError("epoll_create1");
        }
    }

    public void Dispose() => _ = Libc.Close(_descriptor);

    internal void Add(int descriptor, uint events, int tag) => Control(Libc.EPOLL_CTL_ADD, descriptor, events, tag);

    internal void Modify(int descriptor, uint events, int tag) => Control(Libc.EPOLL_CTL_MOD, descriptor, events, tag);

    /// <summary>
    /// Waits at most the given time for the first event, and returns the number of ready descriptors; see <see cref="At"/>.
    /// A time of 0 does not wait; -1 waits without end.
    /// </summary>
    internal int Wait(int timeoutMilliseconds)
    {
        fixed (byte* start = _events)
        {
            int count = Libc.EpollWait(_descriptor, start, Capacity, timeoutMilliseconds);
            if (count < 0 && Marshal.GetLastPInvokeError() != Libc.EINTR)
            {
                throw Libc.LastError("epoll_wait");
            }

            return Math.Max(count, 0);
        }
    }

    internal (uint Events, int Tag) At(int index)
    {
        ReadOnlySpan<byte> item = _events.AsSpan(index * s_size, s_size);
        return (
            BinaryPrimitives.ReadUInt32LittleEndian(item),
            BinaryPrimitives.ReadInt32LittleEndian(item[s_dataAt..])
        );
    }

    private void Control(int operation, int descriptor, uint events, int tag)
    {
        // The event lives on this stack frame; the kernel copies it.
        Span<byte> item = stackalloc byte[16];
        item.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(item, events);
        BinaryPrimitives.WriteInt32LittleEndian(item[s_dataAt..], tag);
        fixed (byte* start = item)
        {
            if (Libc.EpollCtl(_descriptor, operation, descriptor, start) < 0)
            {
                throw Libc.LastError("epoll_ctl");
            }
        }
    }
}
