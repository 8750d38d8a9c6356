using System;
using System.Buffers;
using Akka.Reactor.Protocols.Framings;

namespace Akka.Reactor;

/// <summary>
/// How a stream of bytes is cut into frames, in both directions. A value without state: it can be kept in a static field and used on any
/// thread. See <see cref="FrameProtocol"/>.
/// </summary>
public abstract class Framing
{
    private protected Framing() { }

    /// <summary>
    /// Each frame follows its length as a varint of base 128, as Protocol Buffers write delimited messages: 1 to 10 bytes, the lowest 7 bits
    /// first.
    /// </summary>
    public static Framing Varint { get; } = new VarintFraming();

    /// <summary>Each frame is a netstring: its length in decimal digits, a colon, the bytes, a comma.</summary>
    public static Framing Netstring { get; } = new NetstringFraming();

    /// <summary>The bytes are not cut: each frame is what has arrived. <c>MaxFrameLength</c> does not apply.</summary>
    public static Framing None { get; } = new RawFraming();

    /// <summary>Each frame follows a header with a field that contains its length, an unsigned number.</summary>
    /// <param name="size">The size of the field: 1 to 8 bytes.</param>
    /// <param name="offset">The number of bytes in the header before the field.</param>
    /// <param name="littleEndian">True if the lowest byte of the field is the first. By default the highest byte is.</param>
    /// <param name="adjustment">
    /// What must be added to the value of the field to get the number of bytes that follow the field. 2, for example, if two bytes that the
    /// value does not count stand between the field and what it counts.
    /// </param>
    /// <param name="includesHeader">True if the value of the field counts the field itself and the bytes before it, too.</param>
    /// <param name="keepsHeader">
    /// True if a frame consists of the header and what follows it, both where it is received and where it is written. The field in what is
    /// written is filled in. By default a frame is what follows the field.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not 1 to 8, or the offset not 0 to 1,024.</exception>
    public static Framing LengthField(
        int size,
        int offset = 0,
        bool littleEndian = false,
        int adjustment = 0,
        bool includesHeader = false,
        bool keepsHeader = false
    ) => new LengthFieldFraming(size, offset, littleEndian, adjustment, includesHeader, keepsHeader);

    /// <summary>Each frame ends with these bytes, which are not part of it.</summary>
    /// <param name="terminator">At least one byte. They are copied.</param>
    /// <exception cref="ArgumentException">There are no bytes.</exception>
    public static Framing Terminator(ReadOnlySpan<byte> terminator) => new TerminatorFraming(terminator);

    /// <summary>
    /// Each frame has the same number of bytes. For one frame of a known length, change the framing again when this frame has come.
    /// </summary>
    /// <param name="count">At least 1: a frame of 0 bytes needs nothing from the peer.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is less than 1.</exception>
    public static Framing Count(int count) => new CountFraming(count);

    /// <summary>Returns the bytes that stand for a frame in the stream. The bytes of the frame itself are not copied.</summary>
    /// <param name="frame">The frame as <see cref="FrameProtocol.OnFrame"/> gets it. The memory must not change until it is sent.</param>
    /// <exception cref="ArgumentException">
    /// The framing cannot express this frame: its length does not fit into the field or is not the count, or it contains the terminator.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The header has bytes before the length field, which are not known because <c>keepsHeader</c> is false.
    /// </exception>
    public abstract ReadOnlySequence<byte> Encode(ReadOnlySequence<byte> frame);

    /// <inheritdoc cref="Encode(ReadOnlySequence{byte})"/>
    public ReadOnlySequence<byte> Encode(ReadOnlyMemory<byte> frame) => Encode(new ReadOnlySequence<byte>(frame));

    /// <summary>Looks for a frame at the beginning of received bytes. Pure.</summary>
    /// <param name="data">Never empty.</param>
    /// <param name="most">The maximum number of bytes in a frame, without its header or terminator.</param>
    internal abstract FrameCut Cut(in ReadOnlySequence<byte> data, int most);

    /// <summary>Takes the first frame. Returns false if it is not complete, or if there can be none.</summary>
    /// <param name="data">The received bytes; never empty.</param>
    /// <param name="most">The maximum number of bytes in a frame, without its header or terminator.</param>
    /// <param name="maxUnread">The maximum number of bytes that can wait: no frame with its header can be longer.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="used">The number of bytes of the frame with its header and end; 0 if there is none.</param>
    /// <param name="violation">Set if the bytes are no frame that is allowed.</param>
    internal bool TryTake(
        in ReadOnlySequence<byte> data,
        int most,
        int maxUnread,
        out ReadOnlySequence<byte> frame,
        out long used,
        out PeerViolationException? violation
    )
    {
        FrameCut cut = Cut(data, most);
        bool neverComes = !cut.IsComplete && cut.Length > maxUnread;
        violation = neverComes ? FrameTooLongException.ForUnread(cut.Length, maxUnread) : cut.Violation;
        frame = cut.Frame;
        used = cut.IsComplete ? cut.Length : 0;
        return cut.IsComplete;
    }

    /// <summary>The frame behind a header that announces so many bytes.</summary>
    private protected static FrameCut Behind(int header, ulong length, in ReadOnlySequence<byte> data, int most)
    {
        if (length > (ulong)most)
        {
            return FrameCut.TooLong(Saturated(length), most);
        }

        long whole = header + (long)length;
        return data.Length < whole ? FrameCut.Incomplete(whole) : FrameCut.Of(data.Slice(header, (long)length), whole);
    }

    private protected static long Saturated(ulong length) => (long)Math.Min(length, long.MaxValue);

    /// <summary>The first bytes, at most so many as there is room in the scratch memory, to which they are copied only if they must be.</summary>
    private protected static ReadOnlySpan<byte> First(in ReadOnlySequence<byte> data, Span<byte> scratch)
    {
        int count = (int)Math.Min(data.Length, scratch.Length);
        ReadOnlySpan<byte> first = data.FirstSpan;
        if (first.Length >= count)
        {
            return first[..count];
        }

        data.Slice(0, count).CopyTo(scratch);
        return scratch[..count];
    }
}
