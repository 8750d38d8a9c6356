using System;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Polling.Linux;

/// <summary>
/// Where bytes wait for the kernel to send them. Filled from the front, and empty again when none is under way: the
/// kernel is through with all of a turn's sends when it has taken them, since none of them may wait.
/// </summary>
internal sealed unsafe class UringSendMemory(int size) : IDisposable
{
    private const int Alignment = 64;

    // Owned by this object until Dispose, which must come after the last completion of a send.
    private readonly byte* _memory = (byte*)NativeMemory.AlignedAlloc((nuint)size, Alignment);
    private int _used;
    private int _underWay;
    private bool _disposed;

    /// <summary>Copies the bytes; null when there is no room. Each copy is told to be over by <see cref="Release"/>.</summary>
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

    /// <summary>The kernel is through with one copy.</summary>
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
