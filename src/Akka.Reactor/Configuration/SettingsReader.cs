using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Reactor.Connections;
using Akka.Reactor.Diagnostics;

namespace Akka.Reactor.Configuration;

/// <summary>
/// The one way settings are read: by typed methods that check the value's shape first and name path, value and what is
/// allowed when it is wrong. Remembers which keys were read, so that <see cref="RejectUnknown"/> finds the misspelt ones.
/// </summary>
internal sealed class SettingsReader
{
    private readonly Dictionary<string, HoconValue> _items;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<SettingsReader> _sections = [];

    private SettingsReader(string path, Dictionary<string, HoconValue> items)
    {
        Path = path;
        _items = items;
    }

    /// <summary>The full path of this section.</summary>
    internal string Path { get; }

    /// <summary>The keys of this section, for sections whose keys are names.</summary>
    internal IEnumerable<string> Keys => _items.Keys;

    internal static SettingsReader Of(Config config, string path)
    {
        // Not GetConfig: in 1.5 it fails without a word where the path is not a block.
#pragma warning disable RS0030 // This is the reader.
        HoconValue? section = config.GetValue(path);
#pragma warning restore RS0030
        return section is null ? new SettingsReader(path, []) : new SettingsReader(path, ItemsOf(section, path));
    }

    /// <summary>Reads a block handed to a protocol.</summary>
    internal static SettingsReader OfBlock(Config block, string path) =>
        new(path, block.IsEmpty ? [] : ItemsOf(block.Root, path));

    internal bool Has(string key) => Find(key) is not null;

    /// <summary>What is written there, whatever it is, for errors; null where there is nothing.</summary>
    internal string? Written(string key) => Find(key) is { } value ? Show(value) : null;

    internal string Text(string key, string fallback) => OptionalText(key) ?? fallback;

    internal string RequiredText(string key) => OptionalText(key) ?? throw Error(key, "is missing; it must be a text");

    internal string? OptionalText(string key)
    {
        HoconValue? value = Find(key);
        if (value is null)
        {
            return null;
        }

        return value.IsString() ? value.GetString() : throw Error(key, $"is {Show(value)}; it must be a text");
    }

    /// <summary>One of a few words.</summary>
    internal string Choice(string key, string fallback, IReadOnlyCollection<string> allowed)
    {
        string word = Text(key, fallback);
        return allowed.Contains(word, StringComparer.Ordinal)
            ? word
            : throw Error(key, $"is {word}; it must be one of {string.Join(", ", allowed)}");
    }

    /// <summary>One of an enum's values, as <see cref="Words{T}"/> writes them.</summary>
    internal T Choice<T>(string key, T fallback)
        where T : struct, Enum => Words<T>.Parse(Choice(key, Words<T>.Of(fallback), Words<T>.All))!.Value;

    internal int Count(string key, int fallback, int min, int max = int.MaxValue, string or = "")
    {
        string? text = OptionalText(key);
        if (text is null)
        {
            return fallback;
        }

        return
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number >= min
            && number <= max
            ? number
            : throw Error(key, $"is {text}; it must be a whole number from {min} to {max}{or}");
    }

    /// <summary>A value, or a word that says that there is none, which is null.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="word">The word.</param>
    /// <param name="fallback">Where nothing is said.</param>
    /// <param name="read">Reads anything else. Its errors end with what it is given: that the word is allowed too.</param>
    internal T? OrWord<T>(string key, string word, T? fallback, Func<string, T> read)
        where T : struct =>
        !Has(key) ? fallback
        : string.Equals(OptionalText(key), word, StringComparison.Ordinal) ? null
        : read($", or {word}");

    internal bool Flag(string key, bool fallback) =>
        OptionalText(key) switch
        {
            null => fallback,
            "true" or "on" => true,
            "false" or "off" => false,
            var other => throw Error(key, $"is {other}; it must be true, on, false or off"),
        };

    internal int Size(string key, int fallback, int min, string or = "")
    {
        string? text = OptionalText(key);
        if (text is null)
        {
            return fallback;
        }

        return HoconUnits.TryParseSize(text, out long size) && size >= min && size <= int.MaxValue
            ? (int)size
            : throw Error(
                key,
                $"is {text}; it must be a size of at least {min} bytes and below 2GiB: a number with B, KiB, MiB or GiB{or}"
            );
    }

    /// <summary>A duration; <paramref name="infinite"/> says whether that word is allowed.</summary>
    internal TimeSpan Duration(string key, TimeSpan fallback, bool infinite = true) =>
        Duration(key, fallback, infinite ? TimeRange.OrInfinite : TimeRange.Finite);

    internal TimeSpan Duration(string key, TimeSpan fallback, TimeRange range, string or = "")
    {
        string? text = OptionalText(key);
        if (text is null)
        {
            return fallback;
        }

        return HoconUnits.TryParseDuration(text, range.Infinite, out TimeSpan duration) && range.Holds(duration)
            ? duration
            : throw Error(
                key,
                $"is {text}; it must be a duration: a number with ms, s, m, h or d, {range.Allowed}{or}"
            );
    }

    internal IReadOnlyList<string> Texts(string key, IReadOnlyList<string> fallback)
    {
        HoconValue? value = Find(key);
        if (value is null)
        {
            return fallback;
        }

        return IsList(value) && value.GetArray().All(item => item.IsString())
            ? [.. value.GetArray().Select(item => item.GetString())]
            : throw Error(key, $"is {Show(value)}; it must be a list of texts, such as [\"a\", \"b\"]");
    }

    /// <summary>One text or a list of them; empty where there is none.</summary>
    internal IReadOnlyList<string> TextOrTexts(string key) =>
        Find(key) is { } value && value.IsString() ? [value.GetString()] : Texts(key, []);

    internal ReactorEndPoint EndPoint(string key, string text) =>
        ReactorEndPoint.TryParse(text, out ReactorEndPoint? endPoint)
            ? endPoint
            : throw Error(key, $"is {text}; it must be {ReactorEndPoint.Allowed}");

    /// <summary>One end point or a list of them, at least one.</summary>
    internal IReadOnlyList<string> EndPoints(string key)
    {
        IReadOnlyList<string> texts = TextOrTexts(key);
        foreach (string text in texts)
        {
            EndPoint(key, text);
        }

        return texts.Count > 0 ? texts : throw Error(key, "is missing or empty; it must hold at least one end point");
    }

    /// <summary>A number, with or without a fraction.</summary>
    internal double Number(string key, double fallback, double least, double most)
    {
        string? text = OptionalText(key);
        if (text is null)
        {
            return fallback;
        }

        return
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            && number >= least
            && number <= most
            ? number
            : throw Error(
                key,
                string.Create(CultureInfo.InvariantCulture, $"is {text}; it must be a number from {least} to {most}")
            );
    }

    /// <summary>A block; empty where there is none.</summary>
    internal SettingsReader Section(string key)
    {
        HoconValue? value = Find(key);
        if (value is not null && !value.IsObject())
        {
            throw Error(key, $"is {Show(value)}; it must be a block");
        }

        SettingsReader section = new($"{Path}.{key}", value is null ? [] : value.GetObject().Items);
        _sections.Add(section);
        return section;
    }

    internal bool IsBlock(string key) => Find(key) is { } value && value.IsObject();

    /// <summary>A block that somebody else reads: its keys are theirs.</summary>
    internal Config Foreign(string key)
    {
        HoconValue? value = Find(key);
        if (value is not null && !value.IsObject())
        {
            throw Error(key, $"is {Show(value)}; it must be a block");
        }

        return value is null ? Config.Empty : value.ToConfig();
    }

    /// <summary>Throws for the first key, here or in a section, that nobody has read.</summary>
    internal void RejectUnknown()
    {
        foreach (string key in _items.Keys)
        {
            if (!_known.Contains(key))
            {
                throw Error(
                    key,
                    $"is not a setting; known here are {string.Join(", ", _known.Order(StringComparer.Ordinal))}"
                );
            }
        }

        foreach (SettingsReader section in _sections)
        {
            section.RejectUnknown();
        }
    }

    internal ReactorConfigurationException Error(string key, string problem, Exception? cause = null) =>
        new($"{Path}.{key}", problem, cause);

    private HoconValue? Find(string key)
    {
        _known.Add(key);
        return _items.TryGetValue(key, out HoconValue? value) && !value.IsEmpty ? value : null;
    }

    private static Dictionary<string, HoconValue> ItemsOf(HoconValue value, string path)
    {
        if (value.IsEmpty)
        {
            return [];
        }

        return value.IsObject()
            ? value.GetObject().Items
            : throw new ReactorConfigurationException(path, $"is {Show(value)}; it must be a block");
    }

    // In 1.5 an empty list says of itself that it is none; but it is neither of the others.
    private static bool IsList(HoconValue value) => !value.IsString() && !value.IsObject();

    private static string Show(HoconValue value) =>
        value.IsObject() ? "a block"
        : IsList(value) ? "a list"
        : value.GetString();
}
