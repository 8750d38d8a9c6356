using System;
using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Akka.Reactor.Protocols;

/// <summary>
/// Reads the reverse and forward paths of MAIL and RCPT (grammar of RFC 5321, 4.1.2 and 4.1.3; lengths of 4.5.3.1). Unless it
/// is strict, it also accepts harmless deviations that occur in practice: spaces before the path, no brackets around it, dots
/// anywhere in a local part, local parts over 64 octets, underscores in a domain, hyphens at the ends of its labels.
/// </summary>
internal static class SmtpPath
{
    internal const int MaxLocalPart = 64;
    internal const int MaxDomain = 255;
    internal const int MaxPath = 256;
    private const int MaxLabel = 63;

    private static readonly SearchValues<byte> DotStringOctets = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~."u8
    );
    private static readonly SearchValues<byte> DomainOctets = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."u8
    );
    private static readonly SearchValues<byte> LenientDomainOctets = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"u8
    );
    private static readonly SearchValues<byte> Ipv6Octets = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    /// <summary>Reads the path at the start of <paramref name="text"/>. Returns false if its syntax is bad.</summary>
    /// <param name="text">The argument after its colon.</param>
    /// <param name="forward">Whether the path is a forward path, which may be a bare Postmaster but not null.</param>
    /// <param name="syntax">The syntax of addresses.</param>
    /// <param name="mailbox">
    /// The text inside the angle brackets, without a source route, which receivers must accept and should ignore (RFC 5321,
    /// appendix C). Empty for the null path.
    /// </param>
    /// <param name="rest">The text after the path: the parameters, if there are any.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> text,
        bool forward,
        SmtpSyntax syntax,
        out ReadOnlySpan<byte> mailbox,
        out ReadOnlySpan<byte> rest
    )
    {
        mailbox = rest = default;
        bool strict = syntax.Strict;
        if (!strict)
            text = text.TrimStart((byte)' ');
        bool bracketed = text.StartsWith("<"u8);
        if (strict && !bracketed)
            return false;
        ReadOnlySpan<byte> left = bracketed ? text[1..] : text;

        if (bracketed && !forward && left.StartsWith(">"u8))
        {
            rest = left[1..];
            return true;
        }

        if (!SkipSourceRoute(ref left, syntax))
            return false;

        ReadOnlySpan<byte> start = left;
        int local = LocalPartLength(left, syntax);
        if (local < 1 || (strict && local > MaxLocalPart))
            return false;
        left = left[local..];

        bool bare = forward && IsEnd(left, bracketed) && Ascii.EqualsIgnoreCase(start[..local], "postmaster"u8);
        if (!bare)
        {
            if (!left.StartsWith("@"u8))
                return false;
            left = left[1..];
            int domain = left.StartsWith("["u8) ? AddressLiteralLength(left) : DomainLength(left, syntax);
            if (domain is < 1 or > MaxDomain)
                return false;
            left = left[domain..];
        }

        if (!IsEnd(left, bracketed))
            return false;
        mailbox = start[..^left.Length];
        rest = bracketed ? left[1..] : left;
        return text.Length - rest.Length <= MaxPath && SmtpSyntax.IsText(mailbox);
    }

    private static bool IsEnd(ReadOnlySpan<byte> left, bool bracketed) =>
        bracketed ? left.StartsWith(">"u8) : left.IsEmpty || left[0] == ' ';

    /// <summary>Skips a source route, <c>@one,@two:</c>, if there is one.</summary>
    private static bool SkipSourceRoute(ref ReadOnlySpan<byte> left, SmtpSyntax syntax)
    {
        while (left.StartsWith("@"u8))
        {
            int domain = DomainLength(left[1..], syntax);
            if (domain < 1)
                return false;
            left = left[(1 + domain)..];
            if (left.StartsWith(":"u8))
            {
                left = left[1..];
                return true;
            }

            if (!left.StartsWith(",@"u8))
                return false;
            left = left[1..];
        }

        return true;
    }

    private static int LocalPartLength(ReadOnlySpan<byte> text, SmtpSyntax syntax)
    {
        if (text.StartsWith("\""u8))
            return QuotedStringLength(text, syntax);
        int length = RunLength(text, DotStringOctets, syntax);
        ReadOnlySpan<byte> run = text[..length];
        bool badDots = run.StartsWith("."u8) || run.EndsWith("."u8) || run.IndexOf(".."u8) >= 0;
        return syntax.Strict && badDots ? -1 : length;
    }

    private static int QuotedStringLength(ReadOnlySpan<byte> text, SmtpSyntax syntax)
    {
        for (int i = 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'"':
                    return i + 1;
                case (byte)'\\' when i + 1 < text.Length && text[i + 1] is >= 32 and <= 126:
                    i++;
                    break;
                case > 127 when syntax.Utf8:
                    break;
                case (byte)'\\' or < 32 or > 126:
                    return -1;
            }
        }

        return -1;
    }

    private static int DomainLength(ReadOnlySpan<byte> text, SmtpSyntax syntax)
    {
        bool strict = syntax.Strict;
        int length = RunLength(text, strict ? DomainOctets : LenientDomainOctets, syntax);
        ReadOnlySpan<byte> labels = text[..length];
        while (true)
        {
            int dot = labels.IndexOf((byte)'.');
            ReadOnlySpan<byte> label = dot < 0 ? labels : labels[..dot];
            // The limit is for the ASCII form of a label. A label with other characters has another length in that form.
            bool tooLong = label.Length > MaxLabel && !SmtpSyntax.IsInternational(label);
            if (label.IsEmpty || tooLong || (strict && (label[0] == '-' || label[^1] == '-')))
                return -1;
            if (dot < 0)
                return length;
            labels = labels[(dot + 1)..];
        }
    }

    private static int AddressLiteralLength(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)']');
        if (end < 0)
            return -1;
        ReadOnlySpan<byte> literal = text[1..end];
        bool v6 = literal.Length > 5 && Ascii.EqualsIgnoreCase(literal[..5], "IPv6:"u8);
        return (v6 ? IsIpv6(literal[5..]) : IsIpv4(literal)) ? end + 1 : -1;
    }

    private static bool IsIpv6(ReadOnlySpan<byte> text) =>
        // The octets are checked first, because the parser would also accept a zone ("%eth0") or a port.
        !text.ContainsAnyExcept(Ipv6Octets)
        && IPAddress.TryParse(text, out IPAddress? address)
        && address.AddressFamily == AddressFamily.InterNetworkV6;

    // IPAddress.TryParse is not used, because it also accepts "1" and octal and hexadecimal numbers.
    private static bool IsIpv4(ReadOnlySpan<byte> text)
    {
        for (int part = 0; part < 4; part++)
        {
            int digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (digits < 0)
                digits = text.Length;
            if (digits is < 1 or > 3)
                return false;
            int number = 0;
            foreach (byte digit in text[..digits])
                number = (number * 10) + (digit - '0');
            if (number > 255)
                return false;
            text = text[digits..];
            if (part == 3)
                break;
            if (!text.StartsWith("."u8))
                return false;
            text = text[1..];
        }

        return text.IsEmpty;
    }

    private static int RunLength(ReadOnlySpan<byte> text, SearchValues<byte> octets, SmtpSyntax syntax)
    {
        int length = 0;
        while (true)
        {
            int end = text[length..].IndexOfAnyExcept(octets);
            if (end < 0)
                return text.Length;
            length += end;
            if (!syntax.Utf8 || text[length] <= 127)
                return length;
            length++;
        }
    }
}
