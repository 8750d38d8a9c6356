using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading;

namespace Akka.Configuration.Hocon;

/// <summary>Durations and byte sizes, exactly as far as Akka.NET 1.5 reads them.</summary>
internal static partial class HoconUnits
{
    private static readonly Dictionary<string, Func<double, TimeSpan>> s_durations = Durations();
    private static readonly Dictionary<string, long> s_sizes = Sizes();

    /// <summary>A number with an optional unit; without one it means milliseconds. Only digits may carry a unit.</summary>
    public static TimeSpan ParseDuration(string text, bool allowInfinite)
    {
        ArgumentNullException.ThrowIfNull(text);
        Match match = NumberAndUnit().Match(text);
        if (match.Success && s_durations.TryGetValue(match.Groups["unit"].Value, out Func<double, TimeSpan> toDuration))
            return toDuration(ParseNonNegative(match.Groups["number"].Value));
        if (allowInfinite && text.Equals("infinite", StringComparison.OrdinalIgnoreCase))
            return Timeout.InfiniteTimeSpan;
        return TimeSpan.FromMilliseconds(ParseNonNegative(text));
    }

    /// <summary>A whole number with an optional unit, which is case-sensitive; null when there is no text.</summary>
    public static long? ParseSize(string text)
    {
        if (string.IsNullOrEmpty(text))
            return null;

        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        int unitAt = trimmed.LastIndexOfAnyInRange('0', '9') + 1;
        if (unitAt == 0 || unitAt == trimmed.Length)
            return long.Parse(trimmed, provider: null);

        string unit = trimmed[unitAt..].Trim().ToString();
        if (!s_sizes.TryGetValue(unit, out long factor))
            throw new FormatException($"{unit} is not a valid byte size suffix");
        return unchecked(factor * long.Parse(trimmed[..unitAt], provider: null));
    }

    private static double ParseNonNegative(string text)
    {
        double value = double.Parse(text, NumberFormatInfo.InvariantInfo);
        return value < 0 ? throw new FormatException($"Expected a positive value instead of {value}") : value;
    }

    private static Dictionary<string, Func<double, TimeSpan>> Durations()
    {
        var units = new Dictionary<string, Func<double, TimeSpan>>(StringComparer.Ordinal);
        // "us" is missing on purpose: Akka.NET 1.5 does not read it.
        Add(value => Ticks(value, perMillisecond: 1_000_000), "nanoseconds", "nanosecond", "nanos", "nano", "ns");
        Add(value => Ticks(value, perMillisecond: 1_000), "microseconds", "microsecond", "micros", "micro");
        Add(TimeSpan.FromMilliseconds, "milliseconds", "millisecond", "millis", "milli", "ms");
        Add(TimeSpan.FromSeconds, "seconds", "second", "s");
        Add(TimeSpan.FromMinutes, "minutes", "minute", "m");
        Add(TimeSpan.FromHours, "hours", "hour", "h");
        Add(TimeSpan.FromDays, "days", "day", "d");
        return units;

        static TimeSpan Ticks(double value, double perMillisecond) =>
            TimeSpan.FromTicks((long)Math.Round(TimeSpan.TicksPerMillisecond * value / perMillisecond));

        void Add(Func<double, TimeSpan> toDuration, params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
                units.Add(name, toDuration);
        }
    }

    private static Dictionary<string, long> Sizes()
    {
        var units = new Dictionary<string, long>(StringComparer.Ordinal);
        Add(1, "b", "B", "byte", "bytes");
        long binary = 1;
        long metric = 1;
        foreach (
            string prefix in (ReadOnlySpan<string>)
                ["kibi kilo", "mebi mega", "gibi giga", "tebi tera", "pebi peta", "exbi exa"]
        )
        {
            binary *= 1024;
            metric *= 1000;
            string[] names = prefix.Split(' ');
            char lower = names[1][0];
            char upper = char.ToUpperInvariant(lower);
            Add(binary, $"{lower}", $"{upper}", $"{upper}i", $"{upper}iB", $"{names[0]}byte", $"{names[0]}bytes");
            Add(metric, lower == 'k' ? "kB" : $"{upper}B", $"{names[1]}byte", $"{names[1]}bytes");
        }

        return units;

        void Add(long factor, params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
                units.Add(name, factor);
        }
    }

    [GeneratedRegex(@"^(?<number>[0-9]+(?:\.[0-9]+)?)\s*(?<unit>[a-z]+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NumberAndUnit();
}
