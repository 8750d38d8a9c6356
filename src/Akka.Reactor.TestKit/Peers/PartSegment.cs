using System;
using System.Buffers;

namespace Akka.Reactor.Simulated;

/// <summary>A part of a sequence, as it came.</summary>
internal sealed class PartSegment : ReadOnlySequenceSegment<byte>
{
    private PartSegment(ReadOnlyMemory<byte> part, long before)
    {
        Memory = part;
        RunningIndex = before;
    }

    /// <summary>The sequence with one more segment, which is this part.</summary>
    internal static ReadOnlySequence<byte> Append(in ReadOnlySequence<byte> sequence, ReadOnlyMemory<byte> part)
    {
        PartSegment? first = null;
        PartSegment? last = null;
        foreach (ReadOnlyMemory<byte> memory in sequence)
        {
            // What was consumed to its end leaves an empty one behind.
            if (!memory.IsEmpty)
            {
                Add(memory);
            }
        }

        Add(part);
        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);

        void Add(ReadOnlyMemory<byte> memory)
        {
            PartSegment next = new(memory, last is null ? 0 : last.RunningIndex + last.Memory.Length);
            last?.Next = next;
            first ??= next;
            last = next;
        }
    }
}
