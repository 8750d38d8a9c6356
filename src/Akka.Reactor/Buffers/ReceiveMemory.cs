using System;
using System.Buffers;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Buffers;

/// <summary>
/// The memory into which a loop receives. Received memory is not used again, so that any code may keep a slice of it as long as it
/// likes (the garbage collector is its only owner). A slice keeps only the bytes of the same receive alive. Only a layer that has
/// read the memory, and a protocol that promises to keep nothing, give it back. An idle connection owns no buffer at all.
/// Single-threaded: belongs to one loop.
/// </summary>
/// <remarks>
/// A short receive goes into one buffer that stays in the processor's cache, and is copied out of it. A long receive that was
/// expected goes directly into an array of its own.
/// </remarks>
/// <param name="overwrites">
/// Whether released memory is overwritten at once, so that a test finds a protocol that uses memory which it has released.
/// </param>
internal sealed class ReceiveMemory(bool overwrites = false)
{
    /// <summary>The value of each byte of memory that was released and overwritten.</summary>
    internal const byte Released = 0xDB;

    /// <summary>
    /// The most bytes of one receive. An array of this size is below the large-object threshold, so that it is collected early.
    /// </summary>
    internal const int MaxReceive = 64 * 1024;

    // From this length on, a copy costs more than an array that may turn out to be too long.
    private const int Long = 8 * 1024;
    private const int MostFree = 8;

    private readonly byte[] _shared = GC.AllocateUninitializedArray<byte>(MaxReceive);

    // The array that was given back last is used first, because the processor's cache still has it.
    private readonly Stack<byte[]> _free = new(MostFree);
    private byte[]? _own;
    private bool _usesOwn;

    /// <summary>The number of all bytes ever taken.</summary>
    internal long Taken { get; private set; }

    /// <summary>Returns room for the next receive, of at most <paramref name="max"/> bytes.</summary>
    /// <param name="max">At least 1.</param>
    /// <param name="expected">How many bytes will probably come.</param>
    internal Span<byte> Room(int max, int expected)
    {
        int size = Math.Min(max, MaxReceive);
        _usesOwn = expected >= Long && size >= Long;
        if (!_usesOwn)
        {
            return _shared.AsSpan(0, size);
        }

        // The room is a little more than expected: a receive that fills its room may have left bytes behind.
        size = Math.Min(size, expected + (expected / 8));
        if (_own is null || !Fits(_own, size))
        {
            _own = TryLease(size) ?? GC.AllocateUninitializedArray<byte>(size);
        }

        return _own.AsSpan(0, size);
    }

    /// <summary>
    /// Returns an array that was given back, if it has at least the given size and at most twice that size. The caller owns the
    /// array for good. Otherwise returns null.
    /// </summary>
    internal byte[]? TryLease(int size) =>
        size >= Long && _free.TryPop(out byte[]? free) && Fits(free, size) ? free : null;

    /// <summary>Takes the first <paramref name="count"/> bytes of the last <see cref="Room"/> for good.</summary>
    internal ReadOnlyMemory<byte> Take(int count)
    {
        Taken += count;
        if (!_usesOwn)
        {
            return _shared.AsSpan(0, count).ToArray();
        }

        byte[] own = _own!;
        if (count < own.Length / 2)
        {
            // A caller that keeps the bytes must not keep twice as much memory.
            return own.AsSpan(0, count).ToArray();
        }

        _own = null;
        return own.AsMemory(0, count);
    }

    /// <summary>
    /// Gives back memory that <see cref="Take"/> returned and that no code uses any more. If the memory is long, a later receive
    /// uses it.
    /// </summary>
    internal void Release(ReadOnlyMemory<byte> taken)
    {
        if (overwrites)
        {
            MemoryMarshal.AsMemory(taken).Span.Fill(Released);
        }

        if (taken.Length >= Long && _free.Count < MostFree)
        {
            _ = MemoryMarshal.TryGetArray(taken, out ArraySegment<byte> segment);
            _free.Push(segment.Array!);
        }
    }

    /// <summary>Returns true if giving this memory back is of any use.</summary>
    internal static bool IsLong(in ReadOnlySequence<byte> taken) => taken.IsSingleSegment && taken.Length >= Long;

    private static bool Fits(byte[] array, int size) => array.Length >= size && array.Length <= 2 * size;

    /// <summary>Returns how many bytes to expect of a connection's next receive.</summary>
    /// <param name="count">The number of bytes of the last receive.</param>
    /// <param name="room">The number of bytes that the last receive had room for.</param>
    internal static int Expect(int count, int room) => count < room ? count : Math.Min(2 * count, MaxReceive);
}
