using System;
using System.Collections.Generic;

namespace Akka.Reactor.Polling.Linux;

/// <summary>
/// The bytes received on a socket and not yet handed over, in order. They are in buffers lent from the shared ring, and
/// in copies. The struct is mutable: keep it in a field.
/// </summary>
internal struct UringInbox
{
    private Piece _first;
    private Queue<Piece>? _rest;
    private int _lent;

    /// <summary>The number of bytes in the inbox.</summary>
    internal int Bytes { get; private set; }

    internal readonly bool IsEmpty => Bytes == 0;

    /// <summary>Adds the first bytes of a lent buffer. The buffer is given back when the bytes are handed over or copied.</summary>
    internal void Lease(ushort buffer, int length)
    {
        _lent++;
        Add(new Piece(null, buffer, 0, length));
    }

    /// <summary>Adds a copy of the first bytes of a buffer. The caller keeps the buffer.</summary>
    internal void Copy(UringBufferRing buffers, ushort buffer, int length) =>
        Add(new Piece(buffers.Filled(buffer, 0, length).ToArray(), 0, 0, length));

    /// <summary>Hands over all bytes, or as many as the destination can hold, and returns their number.</summary>
    internal int Read(Span<byte> destination, UringBufferRing buffers)
    {
        int total = 0;
        while (total < destination.Length && Bytes > 0)
        {
            int count = Math.Min(_first.Length, destination.Length - total);
            _first.Bytes(buffers)[..count].CopyTo(destination[total..]);
            total += count;
            Bytes -= count;
            if (count < _first.Length)
            {
                _first = _first with { Offset = _first.Offset + count, Length = _first.Length - count };
            }
            else
            {
                Release(_first, buffers);
                _first = _rest is { Count: > 0 } ? _rest.Dequeue() : default;
            }
        }

        return total;
    }

    /// <summary>
    /// Copies the bytes of all lent buffers and gives the buffers back, so that a socket that is not read cannot hold
    /// buffers that all sockets share.
    /// </summary>
    internal void CopyOut(UringBufferRing buffers)
    {
        if (_lent == 0)
        {
            return;
        }

        _first = CopyOut(_first, buffers);
        for (int i = _rest?.Count ?? 0; i > 0; i--)
        {
            _rest!.Enqueue(CopyOut(_rest.Dequeue(), buffers));
        }
    }

    private Piece CopyOut(Piece piece, UringBufferRing buffers)
    {
        if (piece.Held is not null)
        {
            return piece;
        }

        Piece copy = new(piece.Bytes(buffers).ToArray(), 0, 0, piece.Length);
        Release(piece, buffers);
        return copy;
    }

    private void Add(Piece piece)
    {
        if (Bytes == 0)
        {
            _first = piece;
        }
        else
        {
            (_rest ??= new Queue<Piece>()).Enqueue(piece);
        }

        Bytes += piece.Length;
    }

    private void Release(Piece piece, UringBufferRing buffers)
    {
        if (piece.Held is null)
        {
            _lent--;
            buffers.Release(piece.Buffer);
        }
    }

    /// <summary>Bytes in an array (<paramref name="Held"/>), or in a lent buffer if the array is null.</summary>
    private readonly record struct Piece(byte[]? Held, ushort Buffer, int Offset, int Length)
    {
        internal ReadOnlySpan<byte> Bytes(UringBufferRing buffers) =>
            Held is null ? buffers.Filled(Buffer, Offset, Length) : Held.AsSpan(Offset, Length);
    }
}
