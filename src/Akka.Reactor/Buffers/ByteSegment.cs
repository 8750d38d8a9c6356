using System;
using System.Buffers;

namespace Akka.Reactor.Buffers;

/// <summary>A segment of a byte sequence.</summary>
internal sealed class ByteSegment : ReadOnlySequenceSegment<byte>
{
    private readonly byte[]? _owned;

    /// <summary>Creates a segment of memory that is never changed.</summary>
    internal ByteSegment(ReadOnlyMemory<byte> memory) => Memory = memory;

    /// <summary>Creates an empty segment with room for the given number of bytes; see <see cref="TryExtend"/>.</summary>
    internal ByteSegment(int room) => _owned = GC.AllocateUninitializedArray<byte>(room);

    /// <summary>
    /// Copies the data into the unused room of this segment, and returns false if there is not enough. Sequences that were handed out
    /// earlier do not see the new bytes, because they end before them.
    /// </summary>
    internal bool TryExtend(ReadOnlySpan<byte> data)
    {
        int used = Memory.Length;
        if (_owned is null || _owned.Length - used < data.Length)
        {
            return false;
        }

        data.CopyTo(_owned.AsSpan(used));
        Memory = _owned.AsMemory(0, used + data.Length);
        return true;
    }

    /// <summary>
    /// Returns a segment that takes the place of this one in front of a sequence: a copy of its bytes without the first ones.
    /// </summary>
    internal ByteSegment CopyFrom(int offset) =>
        new(Memory[offset..].ToArray()) { Next = Next, RunningIndex = RunningIndex + offset };

    /// <summary>Links a segment behind this one, which is now complete, and returns it.</summary>
    internal ByteSegment Append(ByteSegment next)
    {
        next.RunningIndex = RunningIndex + Memory.Length;
        Next = next;
        return next;
    }

    /// <summary>Links a further piece behind this segment and returns the new segment.</summary>
    internal ByteSegment Append(ReadOnlyMemory<byte> memory) => Append(new ByteSegment(memory));

    /// <summary>Returns one sequence that consists of the two sequences, without copying bytes.</summary>
    internal static ReadOnlySequence<byte> Concat(in ReadOnlySequence<byte> first, in ReadOnlySequence<byte> second)
    {
        if (first.IsEmpty || second.IsEmpty)
        {
            return first.IsEmpty ? second : first;
        }

        ByteSegment? head = null;
        ByteSegment? tail = null;
        Link(first);
        Link(second);
        return new ReadOnlySequence<byte>(head!, 0, tail!, tail!.Memory.Length);

        void Link(in ReadOnlySequence<byte> sequence)
        {
            foreach (ReadOnlyMemory<byte> memory in sequence)
            {
                // A segment that was consumed completely leaves an empty segment behind.
                if (!memory.IsEmpty)
                {
                    tail = tail is null ? head = new ByteSegment(memory) : tail.Append(memory);
                }
            }
        }
    }
}
