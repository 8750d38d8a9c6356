using System;
using System.Buffers;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Buffers;

/// <summary>
/// The memory a loop receives into. What was received is not used again, so that a slice of it may be kept by anybody for as
/// long as they like (the garbage collector is its only owner); it keeps alive what came in the same receive and no more.
/// Only a layer that has read it, and a protocol that promises to keep nothing, give it back. An idle connection owns no
/// buffer at all. Single-threaded: belongs to one loop.
/// </summary>
/// <remarks>
/// A short receive goes into one buffer that stays in the processor's cache, and is copied out of it. A long one that was to
/// be expected goes straight into an array of its own.
/// </remarks>
internal sealed class ReceiveMemory
{
    /// <summary>The most bytes of one receive; below the large-object threshold, so that it dies young.</summary>
    internal const int MaxReceive = 64 * 1024;

    // From here on copying costs more than an array that may turn out too long.
    private const int Long = 8 * 1024;
    private const int MostFree = 8;

    private readonly byte[] _shared = GC.AllocateUninitializedArray<byte>(MaxReceive);

    // What was given back last comes first: the processor's cache still has it.
    private readonly Stack<byte[]> _free = new(MostFree);
    private byte[]? _own;
    private bool _usesOwn;

    /// <summary>All bytes ever taken.</summary>
    internal long Taken { get; private set; }

    /// <summary>Room for the next receive, of at most <paramref name="max"/> bytes.</summary>
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

        // A little more than expected: a receive that fills its room may have left something behind.
        size = Math.Min(size, expected + (expected / 8));
        if (_own is null || !Fits(_own, size))
        {
            _own = TryLease(size) ?? GC.AllocateUninitializedArray<byte>(size);
        }

        return _own.AsSpan(0, size);
    }

    /// <summary>An array that was given back, where it has this size or a little more: the caller's, for good.</summary>
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
            // Whoever keeps it must not keep twice as much.
            return own.AsSpan(0, count).ToArray();
        }

        _own = null;
        return own.AsMemory(0, count);
    }

    /// <summary>
    /// What <see cref="Take"/> returned is not used any more, by anybody: if it is long, it serves a later receive.
    /// </summary>
    internal void Release(ReadOnlyMemory<byte> taken)
    {
        if (taken.Length >= Long && _free.Count < MostFree)
        {
            _ = MemoryMarshal.TryGetArray(taken, out ArraySegment<byte> segment);
            _free.Push(segment.Array!);
        }
    }

    /// <summary>Whether it is of any use to give this back.</summary>
    internal static bool IsLong(in ReadOnlySequence<byte> taken) => taken.IsSingleSegment && taken.Length >= Long;

    private static bool Fits(byte[] array, int size) => array.Length >= size && array.Length <= 2 * size;

    /// <summary>How many bytes to expect of a connection's next receive.</summary>
    /// <param name="count">What the last one brought.</param>
    /// <param name="room">What it had room for.</param>
    internal static int Expect(int count, int room) => count < room ? count : Math.Min(2 * count, MaxReceive);
}
