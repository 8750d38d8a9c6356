using System;
using System.Buffers;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The reason for which a message that was read to its end is refused. If a message has several faults, the one that comes last
/// in this list is reported, wherever in the message the faults are.
/// </summary>
internal enum SmtpDataFault
{
    None,

    /// <summary>There is no room for the rest of the message, or the disk failed.</summary>
    NoRoom,

    /// <summary>A line is longer than <see cref="SmtpOptions.MaxTextLineLength"/>.</summary>
    LineTooLong,

    /// <summary>The content is larger than <see cref="SmtpOptions.MaxMessageSize"/>.</summary>
    TooBig,

    /// <summary>In strict mode, a CR or LF is not part of CRLF.</summary>
    BareLineEnd,
}

/// <summary>
/// Reads the octets after DATA up to and including <c>CRLF . CRLF</c> (RFC 5321, 4.1.1.4 and 4.5.2), in any segmentation, and
/// removes the dots that were added for transparency. Nothing else ends a message. After a fault the decoder drops the octets
/// and still looks for the end.
/// <para>
/// Some systems take a CR or LF that is not part of CRLF (RFC 5321, 2.3.8) for a line end, others do not. It is a fault if
/// <paramref name="strict"/> is true. Otherwise it becomes CRLF in the content, so that the content has the same lines for
/// every system. But the octet after it is not at the start of a line: a dot there is not removed and is not part of an end of
/// data.
/// </para>
/// </summary>
internal sealed class SmtpDataDecoder(long maxSize, int maxLineLength, bool strict, SmtpRoom room)
{
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    private readonly SmtpArrival _content = new(room);
    private Position _position = Position.LineStart;

    // The number of content octets so far, kept or dropped.
    private long _size;

    // The number of octets of the current line so far, without a removed dot.
    private long _lineLength;

    private enum Position
    {
        /// <summary>
        /// At the start of a line. For the first line, the CRLF that ended the DATA command is the one before it.
        /// </summary>
        LineStart,

        /// <summary>
        /// After a dot at the start of a line. The dot is not content: it begins the end of data, or was added for
        /// transparency.
        /// </summary>
        Dot,

        /// <summary>After a dot at the start of a line and a CR.</summary>
        DotCr,

        /// <summary>In a line.</summary>
        Text,

        /// <summary>In a line, after a CR.</summary>
        TextCr,
    }

    /// <summary>The fault of the message. It is final when the end of the message has been reached.</summary>
    public SmtpDataFault Fault { get; private set; }

    /// <summary>The number of octets of the message that are in memory.</summary>
    public long Held => _content.Held;

    /// <summary>
    /// Consumes all of <paramref name="input"/>, or the part up to and including the end of data. Returns true if the end of
    /// data was reached.
    /// </summary>
    public bool Read(in ReadOnlySequence<byte> input, out long consumed)
    {
        consumed = 0;
        foreach (ReadOnlyMemory<byte> segment in input)
        {
            bool ended = Read(segment.Span, out int used);
            consumed += used;
            if (ended)
                return true;
        }

        return false;
    }

    /// <summary>Gives away the octets in memory, together with their room, in the middle of a message.</summary>
    public ReadOnlySequence<byte> TakeBlock() => _content.Take();

    /// <summary>Gives the content away and is ready for the next message.</summary>
    /// <param name="file">The file with the blocks that were taken before.</param>
    public SmtpContent Take(SmtpSpoolFile? file = null)
    {
        SmtpContent content = _content.Finish(file);
        Reset();
        return content;
    }

    /// <summary>Fails the message with <see cref="SmtpDataFault.NoRoom"/>: the rest of it cannot be kept.</summary>
    public void RunOutOfRoom() => Fail(SmtpDataFault.NoRoom);

    /// <summary>Drops everything and is ready for the next message.</summary>
    public void Reset()
    {
        _content.Clear();
        _position = Position.LineStart;
        _size = 0;
        _lineLength = 0;
        Fault = SmtpDataFault.None;
    }

    private bool Read(ReadOnlySpan<byte> span, out int used)
    {
        // The octets from `run` to `at` are content that is not copied yet.
        int run = 0;
        int at = 0;
        while (at < span.Length)
        {
            byte octet = span[at];
            switch (_position)
            {
                case Position.LineStart when octet == '.':
                    Keep(span[run..at]);
                    run = ++at;
                    _position = Position.Dot;
                    break;

                case Position.Dot when octet == '\r':
                    run = ++at;
                    _position = Position.DotCr;
                    break;

                case Position.DotCr when octet == '\n':
                    used = at + 1;
                    return true;

                case Position.TextCr when octet == '\n':
                    at++;
                    CountLine(1);
                    _lineLength = 0;
                    _position = Position.LineStart;
                    break;

                case Position.TextCr:
                    Keep(span[run..at]);
                    run = at;
                    EndBareLine("\n"u8);
                    break;

                case Position.DotCr:
                    EndBareLine("\r\n"u8);
                    break;

                case var _ when octet == '\n':
                    Keep(span[run..at]);
                    run = ++at;
                    EndBareLine("\r\n"u8);
                    break;

                default:
                    ReadText(span, ref at);
                    break;
            }
        }

        Keep(span[run..]);
        used = span.Length;
        return false;
    }

    /// <summary>Advances to the octet after the next CR, to the next LF, or to the end of the span.</summary>
    private void ReadText(ReadOnlySpan<byte> span, ref int at)
    {
        int length = span[at..].IndexOfAny(LineEnds);
        if (length < 0)
        {
            CountLine(span.Length - at);
            at = span.Length;
            _position = Position.Text;
            return;
        }

        at += length;
        CountLine(length);
        _position = Position.Text;
        if (span[at] == '\r')
        {
            at++;
            CountLine(1);
            _position = Position.TextCr;
        }
    }

    /// <summary>Handles a CR or LF that is not part of CRLF, after it was read.</summary>
    /// <param name="missing">The octets that are not kept yet of the CRLF that replaces it.</param>
    private void EndBareLine(ReadOnlySpan<byte> missing)
    {
        if (strict)
            Fail(SmtpDataFault.BareLineEnd);
        else
            Keep(missing);
        _lineLength = 0;
        _position = Position.Text;
    }

    private void CountLine(int octets)
    {
        _lineLength += octets;
        if (_lineLength > maxLineLength)
            Fail(SmtpDataFault.LineTooLong);
    }

    private void Keep(ReadOnlySpan<byte> octets)
    {
        _size += octets.Length;
        if (_size > maxSize)
            Fail(SmtpDataFault.TooBig);
        else if (Fault == SmtpDataFault.None && !_content.TryAppend(octets))
            Fail(SmtpDataFault.NoRoom);
    }

    private void Fail(SmtpDataFault fault)
    {
        if (fault > Fault)
            Fault = fault;
        _content.Clear();
    }
}
