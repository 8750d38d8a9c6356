using System;
using System.Buffers;

namespace Akka.Reactor.Layers.Tls;

/// <summary>A segment of a byte sequence.</summary>
internal sealed class ByteSegment : ReadOnlySequenceSegment<byte>
{
    public ByteSegment(ReadOnlyMemory<byte> memory)
    {
        Memory = memory;
    }

    /// <summary>Links a further piece behind this segment and returns the new segment.</summary>
    public ByteSegment Append(ReadOnlyMemory<byte> memory)
    {
        var next = new ByteSegment(memory) { RunningIndex = RunningIndex + Memory.Length };
        Next = next;
        return next;
    }

    /// <summary>Returns one sequence that consists of the two sequences, without copying bytes.</summary>
    public static ReadOnlySequence<byte> Concat(in ReadOnlySequence<byte> first, in ReadOnlySequence<byte> second)
    {
        if (first.IsEmpty || second.IsEmpty)
        {
            return first.IsEmpty ? second : first;
        }

        ByteSegment? head = null;
        ByteSegment? tail = null;
        foreach (ReadOnlyMemory<byte> memory in first)
        {
            tail = tail is null ? head = new ByteSegment(memory) : tail.Append(memory);
        }

        foreach (ReadOnlyMemory<byte> memory in second)
        {
            tail = tail!.Append(memory);
        }

        return new ReadOnlySequence<byte>(head!, 0, tail!, tail!.Memory.Length);
    }
}
