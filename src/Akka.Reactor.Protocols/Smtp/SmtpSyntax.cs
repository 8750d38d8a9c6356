using System;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Protocols;

/// <summary>The syntax of well-formed addresses and names.</summary>
/// <param name="Strict">Whether only the syntax of RFC 5321 is allowed.</param>
/// <param name="Utf8">Whether characters other than ASCII are allowed, too, as in RFC 6531.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SmtpSyntax(bool Strict, bool Utf8)
{
    public static SmtpSyntax Of(SmtpOptions options) => new(options.Strict, options.SmtpUtf8);

    /// <summary>Returns whether the text contains an octet that is not ASCII.</summary>
    public static bool IsInternational(ReadOnlySpan<byte> text) => text.ContainsAnyExceptInRange((byte)0, (byte)127);

    /// <summary>
    /// Returns whether the text is UTF-8 without the control characters U+0080 to U+009F. ASCII control characters are checked
    /// elsewhere.
    /// </summary>
    public static bool IsText(ReadOnlySpan<byte> text)
    {
        if (!System.Text.Unicode.Utf8.IsValid(text))
            return false;
        for (int at; (at = text.IndexOf((byte)0xC2)) >= 0; text = text[(at + 1)..])
        {
            if (text[at + 1] < 0xA0)
                return false;
        }

        return true;
    }
}
