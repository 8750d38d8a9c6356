using System;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Polling.Linux;

/// <summary>
/// The memory that holds bytes until the kernel has sent them. It is filled from the front, and is empty again when no
/// send is in progress. No send may wait in the kernel, so all sends of a turn are finished when the kernel has taken
/// them.
/// </summary>
internal sealed unsafe class UringSendMemory(int size) : IDisposable
{
    private const int Alignment = 64;

    // This object owns the memory until Dispose, which must come after the last completion of a send.
    private readonly byte* _memory = (byte*)NativeMemory.AlignedAlloc((nuint)size, Alignment);
    private int _used;
    private int _underWay;
    private bool _disposed;

    /// <summary>
    /// Copies the bytes and returns the copy, or null when there is no room. <see cref="Release"/> must follow once for
    /// each copy.
    /// </summary>
    internal byte* Copy(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > size - _used)
        {
            return null;
        }

        byte* start = _memory + _used;
        bytes.CopyTo(new Span<byte>(start, bytes.Length));
        _used = Math.Min(size, (_used + bytes.Length + Alignment - 1) & -Alignment);
        _underWay++;
        return start;
    }

    /// <summary>Notes that the kernel does not use one copy any more.</summary>
    internal void Release()
    {
        if (--_underWay == 0)
        {
            _used = 0;
        }
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            NativeMemory.AlignedFree(_memory);
        }
    }
}
