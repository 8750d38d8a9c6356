using System;
using System.Globalization;
using System.Text;

namespace Akka.Reactor.Protocols;

/// <summary>Formats bytes as text that people can read.</summary>
internal static class Readable
{
    /// <summary>The most bytes of a piece that are shown.</summary>
    internal const int Most = 2048;

    /// <summary>
    /// Returns the length of a piece and its first bytes. Printable ASCII is shown as it is, every other byte as <c>\r</c>,
    /// <c>\n</c>, <c>\t</c> or <c>\xNN</c>, and a backslash as <c>\\</c>.
    /// </summary>
    internal static string Of(ReadOnlySpan<byte> first, long length)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{length} bytes: ");
        foreach (byte value in first)
        {
            Append(text, value);
        }

        return length > first.Length ? text.Append("...").ToString() : text.ToString();
    }

    private static void Append(StringBuilder text, byte value)
    {
        switch (value)
        {
            case (byte)'\r':
                text.Append("\\r");
                break;
            case (byte)'\n':
                text.Append("\\n");
                break;
            case (byte)'\t':
                text.Append("\\t");
                break;
            case (byte)'\\':
                text.Append("\\\\");
                break;
            case >= 0x20 and < 0x7F:
                text.Append((char)value);
                break;
            default:
                text.Append(CultureInfo.InvariantCulture, $"\\x{value:X2}");
                break;
        }
    }
}
