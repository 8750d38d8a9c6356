using System;
using System.Collections.Generic;

namespace Akka.Configuration.Hocon;

/// <summary>Dotted paths, in which a key that contains dots stands between double quotes.</summary>
internal static class HoconPath
{
    /// <summary>
    /// The keys of the path, lazily: an unclosed quote throws only when the keys before it were asked for. No key can
    /// be empty at the end, and the character after a closing quote is skipped whatever it is.
    /// </summary>
    public static IEnumerable<string> Split(string path)
    {
        int start = 0;
        while (start < path.Length)
        {
            bool quoted = path[start] == '"';
            int first = quoted ? start + 1 : start;
            int end = path.IndexOf(quoted ? '"' : '.', first);
            if (end < 0 && quoted)
                throw new ArgumentOutOfRangeException(nameof(path), path, "A quoted key is not closed.");

            yield return end < 0 ? path[first..] : path[first..end];
            if (end < 0)
                yield break;
            start = end + (quoted ? 2 : 1);
        }
    }

    public static string Append(string path, string key) => $"{path}.\"{key}\"";
}
