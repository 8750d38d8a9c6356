using System;
using System.Globalization;
using System.Threading;

namespace Akka.Reactor.Configuration;

/// <summary>
/// Parses durations and sizes as our configuration writes them. A unit is always required, so that 5 never means 5 ms.
/// </summary>
internal static class HoconUnits
{
    // A hundred years, in milliseconds. Each setting has a limit of its own, which is lower.
    private const double Longest = 36_500 * 86_400_000.0;

    internal static bool TryParseDuration(string text, bool infinite, out TimeSpan duration)
    {
        duration = Timeout.InfiniteTimeSpan;
        if (string.Equals(text, "infinite", StringComparison.Ordinal))
        {
            return infinite;
        }

        (double milliseconds, string? number) = Split(text) switch
        {
            (var n, "ms" or "millis" or "milliseconds") => (1, n),
            (var n, "s" or "second" or "seconds") => (1_000, n),
            (var n, "m" or "minute" or "minutes") => (60_000, n),
            (var n, "h" or "hour" or "hours") => (3_600_000, n),
            (var n, "d" or "day" or "days") => (86_400_000.0, n),
            _ => (0.0, null),
        };
        if (number is null || !TryParseNumber(number, out double value) || value * milliseconds > Longest)
        {
            return false;
        }

        duration = TimeSpan.FromMilliseconds(value * milliseconds);
        return duration > TimeSpan.Zero;
    }

    internal static bool TryParseSize(string text, out long bytes)
    {
        bytes = 0;
        (long factor, string? number) = Split(text) switch
        {
            (var n, "B" or "bytes") => (1L, n),
            (var n, "KiB") => (1L << 10, n),
            (var n, "MiB") => (1L << 20, n),
            (var n, "GiB") => (1L << 30, n),
            _ => (0L, null),
        };
        if (
            number is null
            || !long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            || value > long.MaxValue / factor
        )
        {
            return false;
        }

        bytes = value * factor;
        return true;
    }

    private static bool TryParseNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);

    private static (string Number, string Unit) Split(string text)
    {
        int end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
        {
            end++;
        }

        return (text[..end], text[end..].TrimStart());
    }
}
