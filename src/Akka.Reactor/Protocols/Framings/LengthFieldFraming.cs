using System;
using System.Buffers;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Protocols.Framings;

/// <summary>Frames behind a header with a length field. Pure.</summary>
internal sealed class LengthFieldFraming : Framing
{
    private const int MaxOffset = 1024;

    private readonly int _size;
    private readonly int _offset;
    private readonly bool _littleEndian;
    private readonly bool _keepsHeader;

    // The number of bytes behind the field is its value plus this.
    private readonly long _adjustment;

    internal LengthFieldFraming(
        int size,
        int offset,
        bool littleEndian,
        int adjustment,
        bool includesHeader,
        bool keepsHeader
    )
    {
        if (size is < 1 or > 8)
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, "The size must be 1 to 8 bytes.");
        }

        if (offset is < 0 or > MaxOffset)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset),
                offset,
                $"The offset must be 0 to {MaxOffset} bytes."
            );
        }

        _size = size;
        _offset = offset;
        _littleEndian = littleEndian;
        _keepsHeader = keepsHeader;
        _adjustment = adjustment - (includesHeader ? offset + size : 0L);
    }

    private int Header => _offset + _size;

    public override ReadOnlySequence<byte> Encode(ReadOnlySequence<byte> frame)
    {
        byte[] header = new byte[Header];
        if (_keepsHeader)
        {
            if (frame.Length < Header)
            {
                throw new ArgumentException($"A frame begins with its header of {Header} bytes.", nameof(frame));
            }

            frame.Slice(0, Header).CopyTo(header);
            frame = frame.Slice(Header);
        }
        else if (_offset > 0)
        {
            throw new InvalidOperationException(
                $"The header has {_offset} bytes before its length field. Use a framing with keepsHeader, whose frames begin with their headers."
            );
        }

        long value = frame.Length - _adjustment;
        if (value < 0 || (_size < 8 && value >> (8 * _size) != 0))
        {
            throw new ArgumentException(
                $"A frame of {frame.Length} bytes has the value {value} in its length field, which has {_size} bytes.",
                nameof(frame)
            );
        }

        Fill(header.AsSpan(_offset), value);
        return ByteSegment.Concat(new ReadOnlySequence<byte>(header), frame);
    }

    internal override FrameCut Cut(in ReadOnlySequence<byte> data, int most)
    {
        if (data.Length < Header)
        {
            return FrameCut.Unknown;
        }

        Span<byte> scratch = stackalloc byte[8];
        ReadOnlySequence<byte> field = _offset == 0 ? data : data.Slice(_offset);
        ulong value = Read(First(field, scratch[.._size]));
        if (value > long.MaxValue / 2)
        {
            return FrameCut.TooLong(Saturated(value), most);
        }

        long length = (long)value + _adjustment;
        if (length < 0)
        {
            return FrameCut.Malformed($"The length field of a frame has the value {value}, which is too small.");
        }

        FrameCut cut = Behind(Header, (ulong)length, data, most);
        return cut.IsComplete && _keepsHeader ? FrameCut.Of(data.Slice(0, cut.Length), cut.Length) : cut;
    }

    private ulong Read(ReadOnlySpan<byte> field)
    {
        ulong value = 0;
        for (int i = 0; i < _size; i++)
        {
            value = (value << 8) | field[_littleEndian ? _size - 1 - i : i];
        }

        return value;
    }

    private void Fill(Span<byte> field, long value)
    {
        for (int i = 0; i < _size; i++)
        {
            field[_littleEndian ? i : _size - 1 - i] = (byte)value;
            value >>= 8;
        }
    }
}
