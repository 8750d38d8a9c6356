using System;

namespace Akka.Util;

/// <summary>Names against patterns: <c>*</c> is any run of characters, <c>?</c> any single one.</summary>
public static class WildcardMatch
{
    public static bool Like(this string text, string pattern, bool caseSensitive = false)
    {
        StringComparison comparison = caseSensitive ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        int t = 0;
        int p = 0;
        int star = -1;
        int resume = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = t;
            }
            else if (
                p < pattern.Length
                && (pattern[p] == '?' || text.AsSpan(t, 1).Equals(pattern.AsSpan(p, 1), comparison))
            )
            {
                t++;
                p++;
            }
            else if (star >= 0)
            {
                // The last star takes one character more, and the rest of the pattern is tried again behind it.
                p = star + 1;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }
}
