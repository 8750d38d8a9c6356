using System;
using System.Buffers;
using System.Text;

namespace Akka.Reactor.Protocols;

/// <summary>The verbs of RFC 5321 and its extensions that the receiver distinguishes.</summary>
internal enum SmtpVerb
{
    Unknown,
    Ehlo,
    Helo,
    Mail,
    Rcpt,
    Data,
    Rset,
    Noop,
    Vrfy,
    Quit,
    StartTls,
    Help,
    Auth,

    /// <summary>A verb of an RFC that is not offered here: EXPN, BDAT, ETRN, ATRN, TURN, SEND, SOML or SAML.</summary>
    NotImplemented,
}

/// <summary>
/// One command line, split into verb and argument (RFC 5321, 4.1.1). It refers to the line's memory and allocates nothing.
/// </summary>
internal readonly ref struct SmtpCommand
{
    private static readonly SearchValues<byte> Controls = SearchValues.Create([
        .. "\0\u0001\u0002\u0003\u0004\u0005\u0006\a\b\t\n\v\f\r\u000e\u000f"u8,
        .. "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f\u007f"u8,
    ]);

    private SmtpCommand(SmtpVerb verb, ReadOnlySpan<byte> argument)
    {
        Verb = verb;
        Argument = argument;
    }

    public SmtpVerb Verb { get; }

    /// <summary>The text after the verb and its space, without trailing spaces; empty if there is none.</summary>
    public ReadOnlySpan<byte> Argument { get; }

    /// <summary>
    /// Splits a line given without its CRLF. Returns false if the line contains a control octet. Another system could take a
    /// bare CR or LF for a line end (smuggling), or NUL for the end of a string.
    /// </summary>
    /// <param name="line">The line.</param>
    /// <param name="strict">Whether to require exactly one space after the verb, and no tab at the end of the line.</param>
    /// <param name="command">The command.</param>
    public static bool TryParse(ReadOnlySpan<byte> line, bool strict, out SmtpCommand command)
    {
        // RFC 5321, 4.1.1: white space before the CRLF is tolerated.
        line = strict ? line.TrimEnd((byte)' ') : line.TrimEnd(" \t"u8);
        if (line.ContainsAny(Controls))
        {
            command = default;
            return false;
        }

        int space = line.IndexOf((byte)' ');
        ReadOnlySpan<byte> verb = space < 0 ? line : line[..space];
        ReadOnlySpan<byte> argument = space < 0 ? default : line[(space + 1)..];
        command = new SmtpCommand(VerbOf(verb), strict ? argument : argument.TrimStart((byte)' '));
        return true;
    }

    private static SmtpVerb VerbOf(ReadOnlySpan<byte> word)
    {
        if (word.Length == 8)
            return Ascii.EqualsIgnoreCase(word, "STARTTLS"u8) ? SmtpVerb.StartTls : SmtpVerb.Unknown;
        if (word.Length != 4)
            return SmtpVerb.Unknown;

        Span<byte> upper = stackalloc byte[4];
        if (Ascii.ToUpper(word, upper, out _) != OperationStatus.Done)
            return SmtpVerb.Unknown;
        return upper switch
        {
            _ when upper.SequenceEqual("RCPT"u8) => SmtpVerb.Rcpt,
            _ when upper.SequenceEqual("MAIL"u8) => SmtpVerb.Mail,
            _ when upper.SequenceEqual("DATA"u8) => SmtpVerb.Data,
            _ when upper.SequenceEqual("EHLO"u8) => SmtpVerb.Ehlo,
            _ when upper.SequenceEqual("HELO"u8) => SmtpVerb.Helo,
            _ when upper.SequenceEqual("RSET"u8) => SmtpVerb.Rset,
            _ when upper.SequenceEqual("NOOP"u8) => SmtpVerb.Noop,
            _ when upper.SequenceEqual("QUIT"u8) => SmtpVerb.Quit,
            _ when upper.SequenceEqual("VRFY"u8) => SmtpVerb.Vrfy,
            _ when upper.SequenceEqual("HELP"u8) => SmtpVerb.Help,
            _ when upper.SequenceEqual("AUTH"u8) => SmtpVerb.Auth,
            _ when IsNotImplemented(upper) => SmtpVerb.NotImplemented,
            _ => SmtpVerb.Unknown,
        };
    }

    private static bool IsNotImplemented(ReadOnlySpan<byte> upper)
    {
        ReadOnlySpan<byte> verbs = "EXPNBDATETRNATRNTURNSENDSOMLSAML"u8;
        for (; !verbs.IsEmpty; verbs = verbs[4..])
        {
            if (verbs.StartsWith(upper))
                return true;
        }

        return false;
    }
}
