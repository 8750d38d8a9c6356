using System;
using System.Buffers;

namespace Akka.Reactor.Simulated;

/// <summary>One part of a sequence, as it was received.</summary>
internal sealed class PartSegment : ReadOnlySequenceSegment<byte>
{
    private PartSegment(ReadOnlyMemory<byte> part, long before)
    {
        Memory = part;
        RunningIndex = before;
    }

    /// <summary>Returns the sequence with the given part added as one more segment.</summary>
    internal static ReadOnlySequence<byte> Append(in ReadOnlySequence<byte> sequence, ReadOnlyMemory<byte> part)
    {
        PartSegment? first = null;
        PartSegment? last = null;
        foreach (ReadOnlyMemory<byte> memory in sequence)
        {
            // A segment that was consumed completely leaves an empty segment behind.
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
