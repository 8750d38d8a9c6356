using System;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Protocols;

/// <summary>Which addresses and names are well formed.</summary>
/// <param name="Strict">Only what RFC 5321 has.</param>
/// <param name="Utf8">Characters other than ASCII, too, as RFC 6531 has them.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SmtpSyntax(bool Strict, bool Utf8)
{
    public static SmtpSyntax Of(SmtpOptions options) => new(options.Strict, options.SmtpUtf8);

    /// <summary>Whether there is an octet that is not ASCII.</summary>
    public static bool IsInternational(ReadOnlySpan<byte> text) => text.ContainsAnyExceptInRange((byte)0, (byte)127);

    /// <summary>UTF-8 without the control characters of U+0080 to U+009F. Those of ASCII are looked for elsewhere.</summary>
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
