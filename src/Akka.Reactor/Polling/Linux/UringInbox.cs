using System;
using System.Collections.Generic;

namespace Akka.Reactor.Polling.Linux;

/// <summary>
/// What was received of a socket and not handed over yet, in order: buffers lent from the shared ring, and copies. Mutable:
/// keep it in a field.
/// </summary>
internal struct UringInbox
{
    private Piece _first;
    private Queue<Piece>? _rest;
    private int _lent;

    /// <summary>Bytes in it.</summary>
    internal int Bytes { get; private set; }

    internal readonly bool IsEmpty => Bytes == 0;

    /// <summary>Takes in the first bytes of a buffer, which is given back when they are handed over or copied.</summary>
    internal void Lease(ushort buffer, int length)
    {
        _lent++;
        Add(new Piece(null, buffer, 0, length));
    }

    /// <summary>Takes in a copy of the first bytes of a buffer, which stays the caller's.</summary>
    internal void Copy(UringBufferRing buffers, ushort buffer, int length) =>
        Add(new Piece(buffers.Filled(buffer, 0, length).ToArray(), 0, 0, length));

    /// <summary>Hands over as much as there is, or as the destination takes.</summary>
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

    /// <summary>Gives every lent buffer back, so that a socket nobody reads from cannot hold what all need.</summary>
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

    /// <summary>Bytes in an array of their own, or, when that is null, in a lent buffer.</summary>
    private readonly record struct Piece(byte[]? Held, ushort Buffer, int Offset, int Length)
    {
        internal ReadOnlySpan<byte> Bytes(UringBufferRing buffers) =>
            Held is null ? buffers.Filled(Buffer, Offset, Length) : Held.AsSpan(Offset, Length);
    }
}
