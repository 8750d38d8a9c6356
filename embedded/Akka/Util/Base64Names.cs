using System;

namespace Akka.Util;

/// <summary>Short names for numbered things: children without a name (<c>$a</c>, <c>$b</c>, ...) and temporary refs.</summary>
internal static class Base64Names
{
    private const string Digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";

    public static string Encode(long value, string prefix = "")
    {
        Span<char> text = stackalloc char[prefix.Length + 11];
        prefix.CopyTo(text);
        int length = prefix.Length;
        do
        {
            text[length++] = Digits[(int)(value & 63)];
            value >>>= 6;
        } while (value != 0);
        return new string(text[..length]);
    }
}
