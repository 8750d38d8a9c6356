using System;
using System.Buffers;

namespace Akka.Reactor.Protocols;

/// <summary>The result of looking for a command line.</summary>
internal enum SmtpLineVerdict
{
    /// <summary>The line has no end yet. Offer the same octets again, together with more octets.</summary>
    Incomplete,

    /// <summary>A line was read.</summary>
    Line,

    /// <summary>
    /// The line is longer than any command may be. This is returned once, when the limit is passed. The rest of the line is
    /// then consumed and dropped, so that no part of it is taken for a command.
    /// </summary>
    TooLong,

    /// <summary>The line that is too long has no end yet.</summary>
    Discarding,

    /// <summary>The line that is too long has ended. Continue reading after it.</summary>
    Discarded,

    /// <summary>The line that is too long has more than <see cref="SmtpLineReader.MaxDiscarded"/> octets.</summary>
    Endless,
}

/// <summary>
/// Finds command lines in input of any segmentation. Only CRLF ends a line. The reader keeps no octets: an unfinished line that
/// is not too long stays with the caller.
/// </summary>
internal sealed class SmtpLineReader
{
    /// <summary>The most octets of a command line, including its CRLF (RFC 5321, 4.5.3.1.4).</summary>
    internal const int MaxCommand = 512;

    /// <summary>
    /// The most octets of a MAIL command line: 26 more for SIZE= (RFC 1870, 3), 17 more for BODY= (RFC 6152, 2), 10 more for
    /// SMTPUTF8 (RFC 6531, 3.1).
    /// </summary>
    internal const int MaxMail = MaxCommand + 26 + 17 + Utf8;

    private const int Utf8 = 10;

    /// <summary>The most octets of a MAIL command line where AUTH is offered: 500 more for AUTH= (RFC 4954, 3).</summary>
    internal const int MaxMailWithAuth = MaxMail + 500;

    /// <summary>The most octets of the AUTH command line, and of each line of its exchange (RFC 4954, 4).</summary>
    internal const int MaxAuth = 12288;

    /// <summary>The reader gives up on a line that is too long when it has dropped this number of octets.</summary>
    internal const int MaxDiscarded = 32 * 1024;

    private bool _endedInCr;
    private int _discarded;

    /// <summary>Whether the next octet belongs to a line that is too long, and not to a new line.</summary>
    public bool IsDiscarding { get; private set; }

    /// <summary>Returns the most octets of a command with this verb, including its CRLF.</summary>
    internal static int MaxLengthOf(SmtpVerb verb, bool offersAuth) =>
        verb switch
        {
            SmtpVerb.Mail => offersAuth ? MaxMailWithAuth : MaxMail,
            SmtpVerb.Auth when offersAuth => MaxAuth,
            SmtpVerb.Vrfy => MaxCommand + Utf8,
            _ => MaxCommand,
        };

    /// <summary>Looks for a line at the start of <paramref name="input"/>.</summary>
    /// <param name="input">The octets that are not consumed yet.</param>
    /// <param name="scratch">
    /// Memory of <paramref name="limit"/> octets. It is used only if the line lies in more than one segment.
    /// </param>
    /// <param name="limit">The most octets of the line with its CRLF.</param>
    /// <param name="line">The line without its CRLF, in the memory of the input or in the scratch memory.</param>
    /// <param name="consumed">The number of octets to count as used, including the CRLF.</param>
    public SmtpLineVerdict Read(
        in ReadOnlySequence<byte> input,
        Span<byte> scratch,
        int limit,
        out ReadOnlySpan<byte> line,
        out long consumed
    )
    {
        line = default;
        if (IsDiscarding)
            return Discard(input, out consumed);

        ReadOnlySpan<byte> window = input.FirstSpan;
        if (window.Length > limit)
            window = window[..limit];
        int end = window.IndexOf("\r\n"u8);
        if (end < 0 && window.Length < limit && !input.IsSingleSegment)
        {
            int length = (int)Math.Min(input.Length, limit);
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

        if (window.Length < limit)
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
            // The bound is counted per octet and not per segment, so that the result does not depend on the segmentation.
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
