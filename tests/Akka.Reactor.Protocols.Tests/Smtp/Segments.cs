using System;
using System.Buffers;

namespace Akka.Reactor.Protocols.Tests;

/// <summary>Sequences cut into segments, each in memory of its own.</summary>
internal static class Segments
{
    /// <summary>The octets in segments of <paramref name="size"/>, the last one maybe shorter.</summary>
    public static ReadOnlySequence<byte> Of(ReadOnlySpan<byte> octets, int size)
    {
        Segment? first = null;
        Segment? last = null;
        while (!octets.IsEmpty)
        {
            int count = Math.Min(size, octets.Length);
            last = new Segment(octets[..count].ToArray(), last);
            first ??= last;
            octets = octets[count..];
        }

        return first is null
            ? ReadOnlySequence<byte>.Empty
            : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] octets, Segment? previous)
        {
            Memory = octets;
            if (previous is null)
                return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
