using System;

namespace Akka.Configuration.Hocon;

/// <summary>How keys and strings are written back.</summary>
internal static class HoconText
{
    public static string QuoteIfNeeded(string text)
    {
        if (text is null)
            return "";
        return text.AsSpan().IndexOfAny(" \t:") >= 0 ? $"\"{text}\"" : text;
    }
}
