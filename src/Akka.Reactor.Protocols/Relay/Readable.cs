using System;
using System.Buffers;
using System.Globalization;
using System.Text;

namespace Akka.Reactor.Protocols;

/// <summary>Bytes for people to read.</summary>
internal static class Readable
{
    private const int Most = 2048;

    /// <summary>Text as it is, anything else as <c>\r</c>, <c>\n</c>, <c>\t</c> or <c>\xNN</c>; the first 2,048 bytes.</summary>
    internal static string Of(in ReadOnlySequence<byte> data)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{data.Length} bytes: ");
        foreach (ReadOnlyMemory<byte> piece in data.Slice(0, Math.Min(data.Length, Most)))
        {
            foreach (byte value in piece.Span)
            {
                Append(text, value);
            }
        }

        return data.Length > Most ? text.Append("...").ToString() : text.ToString();
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
