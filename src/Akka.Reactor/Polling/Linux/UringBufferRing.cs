using System;
using System.Runtime.InteropServices;
using System.Threading;
using Akka.Reactor.Polling.Posix;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Polling.Linux;

/// <summary>
/// The buffers that all receives of a ring share. The kernel takes a buffer only when bytes have arrived, so an idle
/// connection owns none. A buffer passes from the kernel to a completion, and comes back by <see cref="Release"/>.
/// </summary>
internal sealed unsafe class UringBufferRing : IDisposable
{
    /// <summary>The number by which requests name this group of buffers.</summary>
    internal const ushort Group = 0;

    // The ring starts with few buffers, so that the buffers in use stay in the processor's cache; see Grow.
    private const int First = 64;
    private const int EntrySize = 16;
    private const int TailOffset = 14;
    private const int CacheLine = 64;

    private readonly int _count;
    private readonly int _size;
    private readonly nuint _stride;

    // This object owns this native memory and frees it in Dispose, which must come after the kernel's last use. The
    // kernel reads the entries of the ring, and writes to a buffer while its entry is between the kernel's head and our
    // tail.
    private readonly byte* _entries;
    private readonly byte* _memory;
    private ushort _tail;
    private int _known;
    private bool _disposed;

    /// <summary>The size of a buffer in bytes.</summary>
    internal int BufferSize => _size;

    /// <exception cref="SocketFaultException">The system refuses the buffer ring.</exception>
    internal UringBufferRing(UringRing ring, UringSizes sizes)
    {
        _count = sizes.Buffers;
        _size = sizes.BufferSize;

        // Each buffer takes one cache line more than its size: if all buffers began at multiples of the same power of
        // two, they would share the same few sets of the processor's cache.
        _stride = (nuint)(_size + CacheLine);
        nuint page = (nuint)Environment.SystemPageSize;
        _entries = (byte*)NativeMemory.AlignedAlloc((nuint)(_count * EntrySize), page);
        NativeMemory.Clear(_entries, (nuint)(_count * EntrySize));
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)_count * _stride, page);

        // struct io_uring_buf_reg: address, number of entries, group. It lives on this stack frame; the kernel copies it.
        byte* registration = stackalloc byte[40];
        NativeMemory.Clear(registration, 40);
        *(ulong*)registration = (ulong)_entries;
        *(uint*)(registration + 8) = (uint)_count;
        *(ushort*)(registration + 12) = Group;
        if (UringNative.Register(ring.Descriptor, UringNative.RegisterBufferRing, registration, 1) < 0)
        {
            SocketFaultException fault = PosixAbi.Linux.LastFailure("io_uring_register(PBUF_RING)");
            Dispose();
            throw fault;
        }

        Introduce(Math.Min(First, _count));
    }

    /// <summary>
    /// Returns bytes of a buffer that the kernel has filled. They are valid until <see cref="Release"/> gives the buffer
    /// back.
    /// </summary>
    internal ReadOnlySpan<byte> Filled(ushort buffer, int offset, int length) =>
        new(_memory + (buffer * _stride) + offset, length);

    /// <summary>Gives a buffer back to the kernel.</summary>
    internal void Release(ushort buffer)
    {
        // struct io_uring_buf: address, length, id. The ring's tail lies in the unused bytes of the first entry.
        byte* entry = _entries + ((_tail & (_count - 1)) * EntrySize);
        *(ulong*)entry = (ulong)(_memory + (buffer * _stride));
        *(uint*)(entry + 8) = (uint)_size;
        *(ushort*)(entry + 12) = buffer;
        Volatile.Write(ref *(ushort*)(_entries + TailOffset), ++_tail);
    }

    /// <summary>Doubles the number of buffers in the ring, up to all. Returns false when all are already in the ring.</summary>
    internal bool Grow()
    {
        int more = Math.Min(_known, _count - _known);
        Introduce(more);
        return more > 0;
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            NativeMemory.AlignedFree(_entries);
            NativeMemory.AlignedFree(_memory);
        }
    }

    private void Introduce(int more)
    {
        for (int i = 0; i < more; i++)
        {
            Release((ushort)_known++);
        }
    }
}
