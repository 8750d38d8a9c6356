using System.Numerics;
using System.Runtime.CompilerServices;

namespace Akka.Reactor.Polling.Posix;

/// <summary>
/// <c>fd_set</c>: one bit for each descriptor below 1,024. Systems number the bits in words of 32 or 64 bits. On
/// little-endian machines both give the same layout; on big-endian machines Linux uses 64 bits, as this struct does.
/// </summary>
[InlineArray(Words)]
internal struct DescriptorSet
{
    /// <summary><c>FD_SETSIZE</c>. A bit for this descriptor or a higher one would lie beyond the end of the set.</summary>
    internal const int Limit = 1024;

    internal const int Words = Limit / 64;

    private ulong _first;

    internal readonly bool Contains(int descriptor) => (this[descriptor >> 6] & Bit(descriptor)) != 0;

    internal void Add(int descriptor) => this[descriptor >> 6] |= Bit(descriptor);

    internal void Remove(int descriptor) => this[descriptor >> 6] &= ~Bit(descriptor);

    internal readonly int Count()
    {
        int count = 0;
        for (int word = 0; word < Words; word++)
        {
            count += BitOperations.PopCount(this[word]);
        }

        return count;
    }

    /// <summary>The highest member, or -1.</summary>
    internal readonly int Highest()
    {
        for (int word = Words - 1; word >= 0; word--)
        {
            if (this[word] != 0)
            {
                return (word << 6) + 63 - BitOperations.LeadingZeroCount(this[word]);
            }
        }

        return -1;
    }

    /// <summary>The lowest member from <paramref name="from"/> on, or -1.</summary>
    internal readonly int Next(int from)
    {
        // from is 1,024 after descriptor 1,023.
        for (int word = from >> 6; word < Words; word++)
        {
            ulong bits = this[word];
            if (word == from >> 6)
            {
                bits &= ulong.MaxValue << (from & 63);
            }

            if (bits != 0)
            {
                return (word << 6) + BitOperations.TrailingZeroCount(bits);
            }
        }

        return -1;
    }

    /// <summary>Returns the union of the two sets.</summary>
    internal readonly DescriptorSet With(in DescriptorSet other)
    {
        DescriptorSet both = this;
        for (int word = 0; word < Words; word++)
        {
            both[word] |= other[word];
        }

        return both;
    }

    private static ulong Bit(int descriptor) => 1UL << (descriptor & 63);
}
