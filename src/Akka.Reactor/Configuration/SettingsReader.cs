using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Reactor.Configuration;
using Akka.Reactor.Diagnostics;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

/// <summary>
/// Reads one block of the configuration, strictly: every method checks the shape of a value, and a wrong one is a
/// <see cref="ReactorConfigurationException"/> that names the full path, the value and what is allowed. The reader remembers
/// which keys were asked for, so that <see cref="RejectUnknown"/> finds the misspelt ones.
/// </summary>
/// <remarks>
/// Not safe for several threads. An <see cref="IConfigured{T}"/> receives the reader of its <c>options</c> and reads it at once:
/// unknown keys are rejected for it when it returns.
/// </remarks>
public sealed class SettingsReader
{
    private readonly Dictionary<string, HoconValue> _items;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<SettingsReader> _sections = [];
    private readonly SettingsReader? _parent;

    private SettingsReader(string path, Dictionary<string, HoconValue> items, SettingsReader? parent = null)
    {
        Path = path;
        _items = items;
        _parent = parent;
    }

    /// <summary>The full path of this section.</summary>
    public string Path { get; }

    /// <summary>The keys of this section, for sections whose keys are names.</summary>
    public IReadOnlyCollection<string> Keys => _items.Keys;

    /// <summary>What outgoing connections are made with where nothing else is said: the defaults, once they are known.</summary>
    internal ConnectOptions ConnectDefaults
    {
        get => _parent?.ConnectDefaults ?? field;
        set;
    } = new();

    /// <summary>A reader of the block at this path; where there is nothing, of an empty one.</summary>
    /// <param name="config">The configuration that holds the block.</param>
    /// <param name="path">The block's full path in it.</param>
    /// <exception cref="ReactorConfigurationException">There is something else than a block.</exception>
    public static SettingsReader Of(Config config, string path)
    {
        ArgumentNullException.ThrowIfNull(config);
        // Not GetConfig: in 1.5 it fails without a word where the path is not a block.
#pragma warning disable RS0030 // This is the reader.
        HoconValue? section = config.GetValue(path);
#pragma warning restore RS0030
        return section is null ? new SettingsReader(path, []) : new SettingsReader(path, ItemsOf(section, path));
    }

    internal static SettingsReader Empty(string path) => new(path, []);

    /// <summary>Whether the key has a value.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>What is written there, whatever it is, for errors; null where there is nothing.</summary>
    internal string? Written(string key) => Find(key) is { } value ? Show(value) : null;

    /// <summary>A text, or a number as it is written.</summary>
    public string Text(string key, string fallback) => OptionalText(key) ?? fallback;

    /// <summary>A text that must be there.</summary>
    public string RequiredText(string key) => OptionalText(key) ?? throw Error(key, "is missing; it must be a text");

    /// <summary>A text; null where there is none.</summary>
    public string? OptionalText(string key)
    {
        HoconValue? value = Find(key);
        if (value is null)
        {
            return null;
        }

        return value.IsString() ? value.GetString() : throw Error(key, $"is {Show(value)}; it must be a text");
    }

    /// <summary>One of a few words.</summary>
    public string Choice(string key, string fallback, IReadOnlyCollection<string> allowed)
    {
        string word = Text(key, fallback);
        return allowed.Contains(word, StringComparer.Ordinal)
            ? word
            : throw Error(key, $"is {word}; it must be one of {string.Join(", ", allowed)}");
    }

    /// <summary>One of an enum's values, written in kebab case: <c>happy-eyeballs</c> for <c>HappyEyeballs</c>.</summary>
    public T Choice<T>(string key, T fallback)
        where T : struct, Enum => KebabCase<T>.Parse(Choice(key, KebabCase<T>.Of(fallback), KebabCase<T>.All))!.Value;

    /// <summary>A whole number.</summary>
    public int Count(string key, int fallback, int min = 0, int max = int.MaxValue) =>
        Count(key, fallback, min, max, or: "");

    // The last argument says what else is allowed, for the error: ", or unlimited".
    internal int Count(string key, int fallback, int min, int max, string or)
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

    /// <summary><c>true</c>, <c>on</c>, <c>false</c> or <c>off</c>.</summary>
    public bool Flag(string key, bool fallback) =>
        OptionalText(key) switch
        {
            null => fallback,
            "true" or "on" => true,
            "false" or "off" => false,
            var other => throw Error(key, $"is {other}; it must be true, on, false or off"),
        };

    /// <summary>A size in bytes, below 2 GiB, written with its unit: <c>64KiB</c>.</summary>
    public int Size(string key, int fallback, int min = 0) => Size(key, fallback, min, or: "");

    /// <summary>A size in bytes that may be 2 GiB and more, written with its unit: <c>4GiB</c>.</summary>
    public long LongSize(string key, long fallback, long min = 0)
    {
        string? text = OptionalText(key);
        if (text is null)
        {
            return fallback;
        }

        return HoconUnits.TryParseSize(text, out long size) && size >= min
            ? size
            : throw Error(
                key,
                $"is {text}; it must be a size of at least {min} bytes: a number with B, KiB, MiB or GiB"
            );
    }

    /// <summary>A size, or the word <c>infinite</c>: <see cref="ConnectionOptions.Infinite"/>.</summary>
    internal int SizeOrInfinite(string key, int fallback, int min) =>
        OptionalText(key) == "infinite" ? ConnectionOptions.Infinite : Size(key, fallback, min, or: ", or infinite");

    internal int Size(string key, int fallback, int min, string or)
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

    /// <summary>A duration above 0, written with its unit: <c>5s</c>.</summary>
    /// <param name="key">The key in this block.</param>
    /// <param name="fallback">Where nothing is said.</param>
    /// <param name="infinite">Whether the word <c>infinite</c> is allowed, which is <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>.</param>
    public TimeSpan Duration(string key, TimeSpan fallback, bool infinite = true) =>
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

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string> Texts(string key, IReadOnlyList<string> fallback)
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
    public IReadOnlyList<string> TextOrTexts(string key) =>
        Find(key) is { } value && value.IsString() ? [value.GetString()] : Texts(key, []);

    internal ReactorEndPoint EndPoint(string key, string text)
    {
        if (!ReactorEndPoint.TryParse(text, out ReactorEndPoint? endPoint))
        {
            throw Error(key, $"is {text}; it must be {ReactorEndPoint.Allowed}");
        }

        return endPoint.UnknownZone is { } zone
            ? throw Error(key, $"is {text}, but this machine has no network interface {zone}")
            : endPoint;
    }

    /// <summary>One end point or a list of them, at least one; whether they can be connected to is not checked.</summary>
    public IReadOnlyList<string> EndPoints(string key)
    {
        IReadOnlyList<string> texts = TextOrTexts(key);
        foreach (string text in texts)
        {
            EndPoint(key, text);
        }

        return texts.Count > 0 ? texts : throw Error(key, "is missing or empty; it must hold at least one end point");
    }

    /// <summary>
    /// One end point or a list of them, at least one, that the defaults for outgoing connections (<c>akka.reactor.client</c>) can
    /// connect to.
    /// </summary>
    public IReadOnlyList<string> ConnectEndPoints(string key)
    {
        IReadOnlyList<string> endPoints = EndPoints(key);
        foreach (string endPoint in endPoints)
        {
            OutgoingRules.Target(endPoint, ConnectDefaults, key, (wrong, problem) => Error(wrong, problem));
        }

        return endPoints;
    }

    /// <summary>A number, with or without a fraction.</summary>
    public double Number(string key, double fallback, double min, double max)
    {
        string? text = OptionalText(key);
        if (text is null)
        {
            return fallback;
        }

        return
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            && number >= min
            && number <= max
            ? number
            : throw Error(
                key,
                string.Create(CultureInfo.InvariantCulture, $"is {text}; it must be a number from {min} to {max}")
            );
    }

    /// <summary>A block; empty where there is none.</summary>
    public SettingsReader Section(string key)
    {
        HoconValue? value = Find(key);
        if (value is not null && !value.IsObject())
        {
            throw Error(key, $"is {Show(value)}; it must be a block");
        }

        SettingsReader section = new($"{Path}.{key}", value is null ? [] : value.GetObject().Items, this);
        _sections.Add(section);
        return section;
    }

    /// <summary>Whether the value is a block.</summary>
    public bool IsBlock(string key) => Find(key) is { } value && value.IsObject();

    /// <summary>Throws for the first key, here or in a section, that was not asked for.</summary>
    public void RejectUnknown()
    {
        foreach (string key in _items.Keys)
        {
            if (!_known.Contains(key))
            {
                throw Error(
                    key,
                    _known.Count == 0
                        ? "is not a setting; there is none here"
                        : $"is not a setting; known here are {string.Join(", ", _known.Order(StringComparer.Ordinal))}"
                );
            }
        }

        foreach (SettingsReader section in _sections)
        {
            section.RejectUnknown();
        }
    }

    /// <summary>The exception for a wrong value, to be thrown.</summary>
    /// <param name="key">The key in this block.</param>
    /// <param name="problem">What the value is and what is allowed: <c>is 5; it must be at most 4</c>.</param>
    /// <param name="cause">The exception behind it, where there is one.</param>
    public ReactorConfigurationException Error(string key, string problem, Exception? cause = null) =>
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
