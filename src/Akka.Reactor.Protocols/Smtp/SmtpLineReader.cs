using System;
using System.Buffers;

namespace Akka.Reactor.Protocols;

/// <summary>What looking for a command line came to.</summary>
internal enum SmtpLineVerdict
{
    /// <summary>No end yet: offer the same octets again, with more.</summary>
    Incomplete,

    /// <summary>A line was read.</summary>
    Line,

    /// <summary>
    /// The line is longer than any command may be. Said once, when the limit is passed; the rest of the line is then
    /// consumed and dropped, so that what it holds is never taken for a command.
    /// </summary>
    TooLong,

    /// <summary>The line that is too long still goes on.</summary>
    Discarding,

    /// <summary>The line that is too long has ended: read on behind it.</summary>
    Discarded,

    /// <summary>More than <see cref="SmtpLineReader.MaxDiscarded"/> octets of it were dropped.</summary>
    Endless,
}

/// <summary>
/// Finds command lines in input of any segmentation. A line ends with CRLF and nothing else. Keeps no octets: an
/// unfinished line, never more than <see cref="MaxLength"/> octets, stays with the caller.
/// </summary>
internal sealed class SmtpLineReader
{
    /// <summary>Octets of a command line with its CRLF (RFC 5321, 4.5.3.1.4).</summary>
    internal const int MaxCommand = 512;

    /// <summary>
    /// The same for MAIL: 26 more for SIZE= (RFC 1870, 3), 17 more for BODY= (RFC 6152, 2), 10 more for SMTPUTF8 (RFC 6531,
    /// 3.1).
    /// </summary>
    internal const int MaxMail = MaxCommand + 26 + 17 + Utf8;

    private const int Utf8 = 10;

    /// <summary>The longest line of all; also the size of the scratch memory <see cref="Read"/> needs.</summary>
    internal const int MaxLength = MaxMail;

    /// <summary>How many octets of a line that is too long are dropped before the reader gives up on it.</summary>
    internal const int MaxDiscarded = 32 * 1024;

    private bool _endedInCr;
    private int _discarded;

    /// <summary>Whether the next octet belongs to a line that is too long, rather than to a new one.</summary>
    public bool IsDiscarding { get; private set; }

    /// <summary>How long a command of this verb may be, with its CRLF.</summary>
    internal static int MaxLengthOf(SmtpVerb verb) =>
        verb switch
        {
            SmtpVerb.Mail => MaxMail,
            SmtpVerb.Vrfy => MaxCommand + Utf8,
            _ => MaxCommand,
        };

    /// <summary>Looks for a line at the start of <paramref name="input"/>.</summary>
    /// <param name="input">Octets not consumed so far.</param>
    /// <param name="scratch">
    /// <see cref="MaxLength"/> octets, written only when the line lies in more than one segment.
    /// </param>
    /// <param name="line">The line without its CRLF, in the input's memory or in the scratch.</param>
    /// <param name="consumed">Octets to count as used, with the CRLF.</param>
    public SmtpLineVerdict Read(
        in ReadOnlySequence<byte> input,
        Span<byte> scratch,
        out ReadOnlySpan<byte> line,
        out long consumed
    )
    {
        line = default;
        if (IsDiscarding)
            return Discard(input, out consumed);

        ReadOnlySpan<byte> window = input.FirstSpan;
        if (window.Length > MaxLength)
            window = window[..MaxLength];
        int end = window.IndexOf("\r\n"u8);
        if (end < 0 && window.Length < MaxLength && !input.IsSingleSegment)
        {
            int length = (int)Math.Min(input.Length, MaxLength);
            input.Slice(0, length).CopyTo(scratch);
            window = scratch[..length];
            end = window.IndexOf("\r\n"u8);
        }

        if (end >= 0)
        {
            line = window[..end];
            consumed = end + 2;
            return SmtpLineVerdict.Line;
        }

        if (window.Length < MaxLength)
        {
            consumed = 0;
            return SmtpLineVerdict.Incomplete;
        }

        IsDiscarding = true;
        _endedInCr = window[^1] == '\r';
        _discarded = window.Length;
        consumed = window.Length;
        return SmtpLineVerdict.TooLong;
    }

    private SmtpLineVerdict Discard(in ReadOnlySequence<byte> input, out long consumed)
    {
        consumed = 0;
        foreach (ReadOnlyMemory<byte> segment in input)
        {
            ReadOnlySpan<byte> span = segment.Span;
            if (span.IsEmpty)
                continue;
            // The bound is counted per octet and not per segment, so that the outcome does not hang on segmentation.
            int allowed = MaxDiscarded - _discarded;
            int end =
                _endedInCr && span[0] == '\n' ? 1
                : span.IndexOf("\r\n"u8) is int at and >= 0 ? at + 2
                : -1;
            if (end > allowed || (end < 0 && span.Length > allowed))
            {
                consumed += allowed;
                return SmtpLineVerdict.Endless;
            }

            if (end >= 0)
            {
                consumed += end;
                IsDiscarding = false;
                return SmtpLineVerdict.Discarded;
            }

            consumed += span.Length;
            _discarded += span.Length;
            _endedInCr = span[^1] == '\r';
        }

        return SmtpLineVerdict.Discarding;
    }
}
