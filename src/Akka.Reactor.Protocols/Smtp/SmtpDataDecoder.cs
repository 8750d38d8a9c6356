using System;
using System.Buffers;

namespace Akka.Reactor.Protocols;

/// <summary>
/// Why a message that was read to its end is refused. Of several faults the one named last here is reported, wherever in
/// the message they are.
/// </summary>
internal enum SmtpDataFault
{
    None,

    /// <summary>There is no room for more of it, or the disk failed.</summary>
    NoRoom,

    /// <summary>A line over <see cref="SmtpOptions.MaxTextLineLength"/>.</summary>
    LineTooLong,

    /// <summary>Content over <see cref="SmtpOptions.MaxMessageSize"/>.</summary>
    TooBig,

    /// <summary>A CR or LF that is not part of CRLF, in strict mode.</summary>
    BareLineEnd,
}

/// <summary>
/// Reads what follows DATA up to and with <c>CRLF . CRLF</c> (RFC 5321, 4.1.1.4 and 4.5.2), in any segmentation, and
/// makes the dots doubled for transparency single. Nothing else ends a message. After a fault the octets are dropped,
/// and the end is still looked for.
/// <para>
/// A CR or LF that is not part of CRLF (RFC 5321, 2.3.8) is a line end to one system and not to the next. It is a fault
/// when <paramref name="strict"/>. Otherwise it becomes CRLF in the content, which so has the same lines for everybody; but
/// what follows it is not at the start of a line: a dot there is neither doubled nor part of an end of data.
/// </para>
/// </summary>
internal sealed class SmtpDataDecoder(long maxSize, int maxLineLength, bool strict, SmtpRoom room)
{
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    private readonly SmtpArrival _content = new(room);
    private Position _position = Position.LineStart;

    // Octets of content so far, kept or dropped.
    private long _size;

    // Octets of the current line so far, without a dropped dot.
    private long _lineLength;

    private enum Position
    {
        /// <summary>At the start of a line. The CRLF that ended the line of DATA counts as the one before the first.</summary>
        LineStart,

        /// <summary>Behind a dot at the start of a line, which is not content: it begins the end, or was doubled.</summary>
        Dot,

        /// <summary>Behind a dot at the start of a line and a CR.</summary>
        DotCr,

        /// <summary>In a line.</summary>
        Text,

        /// <summary>In a line, behind a CR.</summary>
        TextCr,
    }

    /// <summary>What is wrong with the message; final when its end was reached.</summary>
    public SmtpDataFault Fault { get; private set; }

    /// <summary>Octets of the message that are in memory.</summary>
    public long Held => _content.Held;

    /// <summary>
    /// Takes in what belongs to the message: all of <paramref name="input"/>, or up to and with the end of data, and then
    /// it is true.
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

    /// <summary>Gives away what is in memory, with its room, in the middle of a message.</summary>
    public ReadOnlySequence<byte> TakeBlock() => _content.Take();

    /// <summary>Gives the content away and is ready for the next message.</summary>
    /// <param name="file">The blocks that were taken before.</param>
    public SmtpContent Take(SmtpSpoolFile? file = null)
    {
        SmtpContent content = _content.Finish(file);
        Reset();
        return content;
    }

    /// <summary>The rest of the message has nowhere to go.</summary>
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

    /// <summary>On to behind the next CR, to the next LF, or to the end of the span.</summary>
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

    /// <summary>Behind a CR or LF that came alone.</summary>
    /// <param name="missing">What is not kept yet of the CRLF that stands for it.</param>
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
