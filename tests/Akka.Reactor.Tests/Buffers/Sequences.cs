using System;
using System.Buffers;
using System.Collections.Generic;

namespace Akka.Reactor.Tests.Buffers;

/// <summary>Sequences of several pieces, as protocols and layers write them.</summary>
internal static class Sequences
{
    internal static ReadOnlySequence<byte> Of(params IReadOnlyList<byte[]> pieces)
    {
        if (pieces.Count == 0)
        {
            return default;
        }

        Piece first = new(pieces[0], 0);
        Piece last = first;
        for (int i = 1; i < pieces.Count; i++)
        {
            last = last.Append(pieces[i]);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>The bytes cut into pieces of random length, empty ones among them.</summary>
    internal static ReadOnlySequence<byte> Cut(byte[] bytes, Random random)
    {
        List<byte[]> pieces = [];
        int at = 0;
        while (at < bytes.Length)
        {
            int length = random.Next(4) == 0 ? 0 : random.Next(1, bytes.Length - at + 1);
            pieces.Add(bytes[at..(at + length)]);
            at += length;
        }

        return Of(pieces);
    }

    internal static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        internal Piece(byte[] bytes, long runningIndex)
        {
            Memory = bytes;
            RunningIndex = runningIndex;
        }

        internal Piece Append(byte[] bytes)
        {
            Piece next = new(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
