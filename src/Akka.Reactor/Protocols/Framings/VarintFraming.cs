using System;
using System.Buffers;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Protocols.Framings;

/// <summary>Frames behind their length as a varint of base 128. Pure.</summary>
internal sealed class VarintFraming : Framing
{
    // 64 bits, 7 in each byte.
    private const int MostBytes = 10;

    public override ReadOnlySequence<byte> Encode(ReadOnlySequence<byte> frame)
    {
        Span<byte> header = stackalloc byte[MostBytes];
        int size = 0;
        long rest = frame.Length;
        for (; rest > 0x7F; rest >>= 7)
        {
            header[size++] = (byte)(rest | 0x80);
        }

        header[size++] = (byte)rest;
        return ByteSegment.Concat(new ReadOnlySequence<byte>(header[..size].ToArray()), frame);
    }

    internal override FrameCut Cut(in ReadOnlySequence<byte> data, int most)
    {
        Span<byte> scratch = stackalloc byte[MostBytes];
        ReadOnlySpan<byte> bytes = First(data, scratch);
        ulong length = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (i == MostBytes - 1 && bytes[i] > 1)
            {
                return FrameCut.Malformed("The length of a frame is a varint of more than 64 bits.");
            }

            // The bytes that follow can only make it greater.
            length |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (length > (ulong)most)
            {
                return FrameCut.TooLong(Saturated(length), most);
            }

            if (bytes[i] < 0x80)
            {
                return Behind(i + 1, length, data, most);
            }
        }

        return FrameCut.Unknown;
    }
}
