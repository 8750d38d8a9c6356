using System;

namespace Akka.Reactor.Simulated;

/// <summary>A first-in, first-out queue of bytes.</summary>
internal sealed class ByteQueue
{
    private byte[] _bytes = [];
    private int _start;

    internal int Count { get; private set; }

    internal void Add(ReadOnlySpan<byte> data)
    {
        if (_start + Count + data.Length > _bytes.Length)
        {
            byte[] bigger =
                Count + data.Length > _bytes.Length ? new byte[Math.Max(256, 2 * (Count + data.Length))] : _bytes;
            _bytes.AsSpan(_start, Count).CopyTo(bigger);
            _bytes = bigger;
            _start = 0;
        }

        data.CopyTo(_bytes.AsSpan(_start + Count));
        Count += data.Length;
    }

    /// <summary>Takes as many bytes as are queued and fit into <paramref name="room"/>, and returns their number.</summary>
    internal int Take(Span<byte> room)
    {
        int count = Math.Min(room.Length, Count);
        _bytes.AsSpan(_start, count).CopyTo(room);
        _start += count;
        Count -= count;
        return count;
    }

    internal void Clear() => Count = 0;
}
