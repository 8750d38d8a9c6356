using System;
using System.Buffers;
using System.Buffers.Text;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Protocols.Framings;

/// <summary>Netstrings: length in decimal digits, colon, bytes, comma. Pure.</summary>
internal sealed class NetstringFraming : Framing
{
    // The digits of the greatest maximum and one more, and the colon.
    private const int MostHeader = 12;

    // The digits of any length, and the colon.
    private const int MostWritten = 20;

    private static readonly byte[] s_end = ","u8.ToArray();

    public override ReadOnlySequence<byte> Encode(ReadOnlySequence<byte> frame)
    {
        byte[] header = new byte[MostWritten];
        _ = Utf8Formatter.TryFormat(frame.Length, header, out int digits);
        header[digits] = (byte)':';
        ReadOnlySequence<byte> begin = new(header, 0, digits + 1);
        return ByteSegment.Concat(ByteSegment.Concat(begin, frame), new ReadOnlySequence<byte>(s_end));
    }

    internal override FrameCut Cut(in ReadOnlySequence<byte> data, int most)
    {
        Span<byte> scratch = stackalloc byte[MostHeader];
        ReadOnlySpan<byte> bytes = First(data, scratch);
        long length = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == ':' && i > 0)
            {
                return Whole(i + 1, length, data);
            }

            if (!char.IsAsciiDigit((char)bytes[i]))
            {
                return FrameCut.Malformed("The length of a netstring contains a byte that is no digit.");
            }

            if (i == 1 && bytes[0] == '0')
            {
                return FrameCut.Malformed("The length of a netstring has a leading zero.");
            }

            length = (10 * length) + (bytes[i] - '0');
            if (length > most)
            {
                return FrameCut.TooLong(length, most);
            }
        }

        return FrameCut.Unknown;
    }

    private static FrameCut Whole(int header, long length, in ReadOnlySequence<byte> data)
    {
        long end = header + length;
        return data.Length <= end ? FrameCut.Incomplete(end + 1)
            : data.Slice(end).FirstSpan[0] == ',' ? FrameCut.Of(data.Slice(header, length), end + 1)
            : FrameCut.Malformed("A netstring does not end with a comma.");
    }
}
