using System;

namespace Akka.Reactor.Buffers;

/// <summary>
/// The memory a loop receives into: one array, handed out from front to back and never twice, so that a slice may be
/// kept by anybody for as long as they like (the garbage collector is its only owner) and an idle connection owns no
/// buffer at all. Single-threaded: belongs to one loop.
/// </summary>
internal sealed class ReceiveSlab
{
    /// <summary>Bytes of one slab; below the large-object threshold, so that a used-up slab dies young.</summary>
    internal const int Size = 64 * 1024;

    private byte[] _slab = [];
    private int _used;

    /// <summary>
    /// Room for the next receive, of at most <paramref name="max"/> bytes. A new slab is begun rather than offering less
    /// than <paramref name="worth"/>: a receive cut short by the end of a slab costs a system call more.
    /// </summary>
    internal Span<byte> Room(int max, int worth)
    {
        if (_slab.Length - _used < Math.Min(worth, max))
        {
            _slab = GC.AllocateUninitializedArray<byte>(Size);
            _used = 0;
        }

        return _slab.AsSpan(_used, Math.Min(max, _slab.Length - _used));
    }

    /// <summary>Takes the first <paramref name="count"/> bytes of the last <see cref="Room"/> for good.</summary>
    internal ReadOnlyMemory<byte> Take(int count)
    {
        ReadOnlyMemory<byte> taken = _slab.AsMemory(_used, count);
        _used += count;
        return taken;
    }
}
