using System;
using System.Buffers;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Buffers;

/// <summary>
/// The received bytes that a protocol has not consumed yet, offered as one sequence. Small pieces are copied together, so that a
/// peer that sends byte by byte does not cost a node per byte. Large pieces are linked and not copied, unless they are the rest of a
/// much larger array: the buffer keeps at most about twice as much memory as it has bytes. Single-threaded.
/// </summary>
internal sealed class InboundBuffer
{
    // A piece of up to this length is copied; a longer piece gets its own node.
    private const int CopyUpTo = 2 * 1024;
    private const int SmallestOwned = 256;

    private ByteSegment? _head;
    private ByteSegment? _tail;
    private int _headOffset;

    /// <summary>The number of bytes in the buffer.</summary>
    internal long Length { get; private set; }

    /// <summary>
    /// All bytes in the buffer, oldest first. The sequence is valid until the buffer changes; its memory stays valid for good.
    /// </summary>
    internal ReadOnlySequence<byte> Sequence =>
        _head is null ? default : new ReadOnlySequence<byte>(_head, _headOffset, _tail!, _tail!.Memory.Length);

    internal void Append(in ReadOnlySequence<byte> data)
    {
        foreach (ReadOnlyMemory<byte> piece in data)
        {
            if (!piece.IsEmpty)
            {
                AppendPiece(piece);
            }
        }
    }

    /// <summary>Drops the first <paramref name="count"/> bytes.</summary>
    internal void Consume(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Length);
        Length -= count;
        if (Length == 0)
        {
            _head = _tail = null;
            _headOffset = 0;
            return;
        }

        while (count >= _head!.Memory.Length - _headOffset)
        {
            count -= _head.Memory.Length - _headOffset;
            _head = (ByteSegment)_head.Next!;
            _headOffset = 0;
        }

        _headOffset += (int)count;
        if (_head.Memory.Length - _headOffset > CopyUpTo && IsLittleOfItsArray(_head.Memory[_headOffset..]))
        {
            // What is copied is less than what was consumed since this piece came or was last copied.
            ByteSegment rest = _head.CopyFrom(_headOffset);
            _tail = _tail == _head ? rest : _tail;
            _head = rest;
            _headOffset = 0;
        }
    }

    private void AppendPiece(ReadOnlyMemory<byte> piece)
    {
        Length += piece.Length;
        if (piece.Length <= CopyUpTo)
        {
            if (_tail is not null && _tail.TryExtend(piece.Span))
            {
                return;
            }

            // Each new block is as large as all bytes in the buffer, within bounds. So there are few blocks if bytes come one by
            // one, and little waste if only a few are left.
            int size = (int)Math.Clamp(Length, Math.Max(SmallestOwned, piece.Length), CopyUpTo * 2);
            ByteSegment owned = new(size);
            owned.TryExtend(piece.Span);
            Link(owned);
            return;
        }

        Link(new ByteSegment(IsLittleOfItsArray(piece) ? piece.ToArray() : piece));
    }

    private static bool IsLittleOfItsArray(ReadOnlyMemory<byte> piece) =>
        MemoryMarshal.TryGetArray(piece, out ArraySegment<byte> segment) && piece.Length < segment.Array!.Length / 2;

    private void Link(ByteSegment segment)
    {
        if (_tail is null)
        {
            _head = segment;
            _headOffset = 0;
        }
        else
        {
            _tail.Append(segment);
        }

        _tail = segment;
    }
}
