using System;
using System.Linq;

namespace ReconnectingClient;

/// <summary>Text of a server's, on a console: it must not be able to write lines of its own, or to do worse to a terminal.</summary>
internal static class Printable
{
    private const int Longest = 300;

    /// <summary>On one line, without control characters, and cut off where it is long.</summary>
    internal static string Of(string text)
    {
        string shown = text.Length > Longest ? $"{text.AsSpan(0, Longest)}..." : text;
        return string.Concat(shown.Select(character => char.IsControl(character) ? '?' : character));
    }
}
