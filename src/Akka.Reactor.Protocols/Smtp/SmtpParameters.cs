using System;
using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Akka.Reactor.Protocols;

/// <summary>The result of reading the parameters after a path.</summary>
internal enum SmtpParametersVerdict
{
    Ok,

    /// <summary>
    /// 501: the text does not follow the grammar of ESMTP parameters, or a parameter has a bad value or is given twice.
    /// </summary>
    BadSyntax,

    /// <summary>555: a parameter is well formed, but belongs to no extension that is offered here.</summary>
    NotRecognized,
}

/// <summary>
/// The ESMTP parameters of MAIL (RFC 5321, 4.1.2): SIZE= (RFC 1870), BODY= (RFC 6152), SMTPUTF8 (RFC 6531) and AUTH= (RFC 4954).
/// RCPT has none.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SmtpParameters(ulong? Size, SmtpBody? Body, bool Utf8, bool Auth)
{
    private static readonly SearchValues<byte> KeywordOctets = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"u8
    );

    private static readonly SearchValues<byte> UpperHex = SearchValues.Create("0123456789ABCDEF"u8);

    /// <summary>Reads the text after a path: nothing, or a space and parameters that are separated by spaces.</summary>
    public static SmtpParametersVerdict Read(
        ReadOnlySpan<byte> text,
        bool ofMail,
        bool offersUtf8,
        bool offersAuth,
        out SmtpParameters parameters
    )
    {
        parameters = default;
        if (text.IsEmpty)
            return SmtpParametersVerdict.Ok;
        if (text[0] != ' ')
            return SmtpParametersVerdict.BadSyntax;

        SmtpParametersVerdict verdict = SmtpParametersVerdict.Ok;
        foreach (Range range in text.Split((byte)' '))
        {
            ReadOnlySpan<byte> word = text[range];
            if (word.IsEmpty)
                continue;

            int equals = word.IndexOf((byte)'=');
            ReadOnlySpan<byte> keyword = equals < 0 ? word : word[..equals];
            ReadOnlySpan<byte> value = equals < 0 ? default : word[(equals + 1)..];
            if (!IsWellFormed(keyword, value, equals >= 0))
                return SmtpParametersVerdict.BadSyntax;

            if (ofMail && Ascii.EqualsIgnoreCase(keyword, "SIZE"u8))
            {
                if (parameters.Size is not null || !TryReadSize(value, out ulong size))
                    return SmtpParametersVerdict.BadSyntax;
                parameters = parameters with { Size = size };
            }
            else if (ofMail && Ascii.EqualsIgnoreCase(keyword, "BODY"u8))
            {
                if (parameters.Body is not null || !TryReadBody(value, out SmtpBody body))
                    return SmtpParametersVerdict.BadSyntax;
                parameters = parameters with { Body = body };
            }
            else if (ofMail && offersUtf8 && Ascii.EqualsIgnoreCase(keyword, "SMTPUTF8"u8))
            {
                if (parameters.Utf8 || equals >= 0)
                    return SmtpParametersVerdict.BadSyntax;
                parameters = parameters with { Utf8 = true };
            }
            else if (ofMail && offersAuth && Ascii.EqualsIgnoreCase(keyword, "AUTH"u8))
            {
                // The value names the author according to the peer. Nothing here trusts a peer so far, so the value is not kept.
                if (parameters.Auth || !IsAuthor(value))
                    return SmtpParametersVerdict.BadSyntax;
                parameters = parameters with { Auth = true };
            }
            else
            {
                // The loop continues, because bad syntax in a later parameter takes precedence.
                verdict = SmtpParametersVerdict.NotRecognized;
            }
        }

        return verdict;
    }

    private static bool IsWellFormed(ReadOnlySpan<byte> keyword, ReadOnlySpan<byte> value, bool hasValue) =>
        keyword.Length > 0
        && keyword[0] != '-'
        && !keyword.ContainsAnyExcept(KeywordOctets)
        && (
            !hasValue
            || (value.Length > 0 && !value.Contains((byte)'=') && !value.ContainsAnyExceptInRange((byte)33, (byte)126))
        );

    /// <summary>Reads 1 to 20 digits. A number that does not fit into 64 bits becomes the largest 64-bit number.</summary>
    private static bool TryReadSize(ReadOnlySpan<byte> value, out ulong size)
    {
        size = 0;
        if (value.Length is < 1 or > 20 || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        if (!ulong.TryParse(value, out size))
            size = ulong.MaxValue;
        return true;
    }

    /// <summary>Returns whether the value is a mailbox in xtext (RFC 3461, section 4), or <c>&lt;&gt;</c>.</summary>
    private static bool IsAuthor(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
            return false;
        for (int at; (at = value.IndexOf((byte)'+')) >= 0; value = value[(at + 3)..])
        {
            if (value.Length < at + 3 || value.Slice(at + 1, 2).ContainsAnyExcept(UpperHex))
                return false;
        }

        return true;
    }

    private static bool TryReadBody(ReadOnlySpan<byte> value, out SmtpBody body)
    {
        body = Ascii.EqualsIgnoreCase(value, "8BITMIME"u8) ? SmtpBody.EightBitMime : SmtpBody.SevenBit;
        return body == SmtpBody.EightBitMime || Ascii.EqualsIgnoreCase(value, "7BIT"u8);
    }
}
