using System;
using System.Linq;

namespace ReconnectingClient;

/// <summary>
/// Makes a server's text safe for a console: the text must not be able to write additional lines, or to control the
/// terminal.
/// </summary>
internal static class Printable
{
    private const int Longest = 300;

    /// <summary>Returns the text on one line, without control characters. A long text is cut off.</summary>
    internal static string Of(string text)
    {
        string shown = text.Length > Longest ? $"{text.AsSpan(0, Longest)}..." : text;
        return string.Concat(shown.Select(character => char.IsControl(character) ? '?' : character));
    }
}
