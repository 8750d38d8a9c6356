using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Akka.Reactor.Configuration;
using Akka.Reactor.Diagnostics;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

/// <summary>
/// Reads one block of the configuration strictly. Every method checks the form of a value. A wrong value causes a
/// <see cref="ReactorConfigurationException"/> that names the full path, the value and the allowed values. The reader remembers
/// which keys were requested, so that <see cref="RejectUnknown"/> finds misspelt keys.
/// </summary>
/// <remarks>
/// This class is not thread-safe. An <see cref="IConfigured{T}"/> receives the reader of its <c>options</c> and must read the
/// options immediately: when it returns, unknown keys are rejected.
/// </remarks>
public sealed class SettingsReader : IOptionReader
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

    /// <summary>The full path of this block.</summary>
    public string Path { get; }

    /// <summary>The keys of this block, for blocks whose keys are names.</summary>
    public IReadOnlyCollection<string> Keys => _items.Keys;

    /// <summary>
    /// The default options of outgoing connections: built-in values until the configuration's defaults are known.
    /// </summary>
    internal ConnectOptions ConnectDefaults
    {
        get => _parent?.ConnectDefaults ?? field;
        set;
    } = new();

    /// <summary>The names of the application's own failure classes.</summary>
    internal IReadOnlyList<string> OwnFailureClasses
    {
        get => _parent?.OwnFailureClasses ?? field;
        set;
    } = [];

    /// <summary>This reader, in the form that reads the options of the library.</summary>
    internal IOptionReader Options => this;

    /// <summary>Returns a reader of the block at the given path. The block is empty if the path has no value.</summary>
    /// <param name="config">The configuration that contains the block.</param>
    /// <param name="path">The full path of the block in the configuration.</param>
    /// <exception cref="ReactorConfigurationException">The value at the path is not a block.</exception>
    public static SettingsReader Of(Config config, string path)
    {
        ArgumentNullException.ThrowIfNull(config);
        // GetConfig is not used, because in Akka.NET 1.5 it fails silently if the path is not a block.
#pragma warning disable RS0030 // This is the reader.
        HoconValue? section = config.GetValue(path);
#pragma warning restore RS0030
        return section is null ? new SettingsReader(path, []) : new SettingsReader(path, ItemsOf(section, path));
    }

    internal static SettingsReader Empty(string path) => new(path, []);

    /// <summary>Returns whether the key has a value.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>Returns the configured value of any kind as a text for errors; null if the key has no value.</summary>
    internal string? Written(string key) => Find(key) is { } value ? Show(value) : null;

    /// <summary>Reads a text, or a number as it is written.</summary>
    public string Text(string key, string fallback) => OptionalText(key) ?? fallback;

    /// <summary>Reads a text that must be present.</summary>
    public string RequiredText(string key) => OptionalText(key) ?? throw Error(key, "is missing; it must be a text");

    /// <summary>Reads a text; returns null if the key has no value.</summary>
    public string? OptionalText(string key)
    {
        HoconValue? value = Find(key);
        if (value is null)
        {
            return null;
        }

        return value.IsString() ? value.GetString() : throw Error(key, $"is {Show(value)}; it must be a text");
    }

    /// <summary>Reads a word, which must be one of the allowed words.</summary>
    public string Choice(string key, string fallback, IReadOnlyCollection<string> allowed)
    {
        string word = Text(key, fallback);
        return allowed.Contains(word, StringComparer.Ordinal)
            ? word
            : throw Error(key, $"is {word}; it must be one of {string.Join(", ", allowed)}");
    }

    /// <summary>Reads a value of an enum, written in kebab case: <c>happy-eyeballs</c> for <c>HappyEyeballs</c>.</summary>
    public T Choice<T>(string key, T fallback)
        where T : struct, Enum => KebabCase<T>.Parse(Choice(key, KebabCase<T>.Of(fallback), KebabCase<T>.All))!.Value;

    /// <summary>Reads a whole number.</summary>
    public int Count(string key, int fallback, int min = 0, int max = int.MaxValue) =>
        Options.Count(key, fallback, min, max);

    int IOptionReader.Count(string key, int fallback, int min, int max, string or)
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

    T? IOptionReader.OrWord<T>(string key, string word, T? value, Func<string, T, string, T> read) =>
        !Has(key) ? value
        : string.Equals(OptionalText(key), word, StringComparison.Ordinal) ? null
        : read(key, default, $", or {word}");

    // A mode is written as for chmod.
    UnixFileMode IOptionReader.FileMode(string key, UnixFileMode fallback, string or)
    {
        string? text = OptionalText(key);
        if (text is null)
        {
            return fallback;
        }

        return text.Length is 3 or 4 && text.AsSpan().IndexOfAnyExceptInRange('0', '7') < 0
            ? (UnixFileMode)Convert.ToInt32(text, 8)
            : throw Error(key, $"is {text}; it must be an octal mode, such as 0660{or}");
    }

    /// <summary>Reads <c>true</c>, <c>on</c>, <c>false</c> or <c>off</c>.</summary>
    public bool Flag(string key, bool fallback) =>
        OptionalText(key) switch
        {
            null => fallback,
            "true" or "on" => true,
            "false" or "off" => false,
            var other => throw Error(key, $"is {other}; it must be true, on, false or off"),
        };

    /// <summary>Reads a size in bytes below 2 GiB, written with its unit: <c>64KiB</c>.</summary>
    public int Size(string key, int fallback, int min = 0) => Options.Size(key, fallback, min);

    /// <summary>Reads a size in bytes that may be 2 GiB and more, written with its unit: <c>4GiB</c>.</summary>
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

    int IOptionReader.Size(string key, int fallback, int min, string or)
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

    /// <summary>Reads a duration above 0, written with its unit: <c>5s</c>.</summary>
    /// <param name="key">The key in this block.</param>
    /// <param name="fallback">The result if the key has no value.</param>
    /// <param name="infinite">
    /// Whether the word <c>infinite</c> is allowed, which means <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>.
    /// </param>
    public TimeSpan Duration(string key, TimeSpan fallback, bool infinite = true) =>
        Options.Duration(key, fallback, infinite ? TimeRange.OrInfinite : TimeRange.Finite);

    TimeSpan IOptionReader.Duration(string key, TimeSpan fallback, TimeRange range, string or)
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

    /// <summary>Reads a list of texts.</summary>
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

    /// <summary>Reads one text or a list of texts; returns an empty list if the key has no value.</summary>
    public IReadOnlyList<string> TextOrTexts(string key) =>
        Find(key) is { } value && value.IsString() ? [value.GetString()] : Texts(key, []);

    /// <summary>
    /// Reads one end point or a list of end points, at least one. Does not check whether it is possible to connect to them.
    /// </summary>
    public IReadOnlyList<string> EndPoints(string key) => ParsedEndPoints(key).Texts;

    internal (IReadOnlyList<string> Texts, IReadOnlyList<ReactorEndPoint> EndPoints) ParsedEndPoints(string key)
    {
        IReadOnlyList<string> texts = TextOrTexts(key);
        return texts.Count > 0
            ? (texts, [.. texts.Select(text => ReactorEndPoint.Parse(text, key, Options.Error))])
            : throw Error(key, "is missing or empty; it must contain at least one end point");
    }

    /// <summary>
    /// Reads one end point or a list of end points, at least one. It must be possible to connect to each of them with the
    /// defaults for outgoing connections (<c>akka.reactor.client</c>).
    /// </summary>
    public IReadOnlyList<string> ConnectEndPoints(string key)
    {
        (IReadOnlyList<string> texts, IReadOnlyList<ReactorEndPoint> endPoints) = ParsedEndPoints(key);
        foreach (ReactorEndPoint endPoint in endPoints)
        {
            OutgoingRules.CheckTarget(endPoint, ConnectDefaults, key, Options.Error);
        }

        return texts;
    }

    /// <summary>Reads a number, with or without a fraction.</summary>
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

    /// <summary>Returns a reader of the block. The block is empty if the key has no value.</summary>
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

    /// <summary>Returns a reader of each block of a list. The list is empty if the key has no value.</summary>
    internal IReadOnlyList<SettingsReader> Sections(string key)
    {
        HoconValue? value = Find(key);
        if (value is null)
        {
            return [];
        }

        if (!IsList(value) || !value.GetArray().All(item => item.IsObject()))
        {
            throw Error(key, $"is {Show(value)}; it must be a list of blocks, such as [{{ ... }}, {{ ... }}]");
        }

        SettingsReader[] sections =
        [
            .. value
                .GetArray()
                .Select((item, index) => new SettingsReader($"{Path}.{key}[{index}]", item.GetObject().Items, this)),
        ];
        _sections.AddRange(sections);
        return sections;
    }

    T IOptionReader.Block<T>(string key, T value, Func<IOptionReader, T, T> read) => read(Section(key), value);

    /// <summary>Returns whether the value is a block.</summary>
    public bool IsBlock(string key) => Find(key) is { } value && value.IsObject();

    /// <summary>Throws for the first key, in this block or in a section of it, that was not requested.</summary>
    public void RejectUnknown()
    {
        foreach (string key in _items.Keys)
        {
            if (!_known.Contains(key))
            {
                throw Error(
                    key,
                    _known.Count == 0
                        ? "is not a setting; this block has no settings"
                        : $"is not a setting; the known settings are {string.Join(", ", _known.Order(StringComparer.Ordinal))}"
                );
            }
        }

        foreach (SettingsReader section in _sections)
        {
            section.RejectUnknown();
        }
    }

    /// <summary>Creates the exception for a wrong value; the caller throws it.</summary>
    /// <param name="key">The key in this block.</param>
    /// <param name="problem">The value and the allowed values: <c>is 5; it must be at most 4</c>.</param>
    /// <param name="cause">The exception that caused the problem, if there is one.</param>
    public ReactorConfigurationException Error(string key, string problem, Exception? cause = null) =>
        new($"{Path}.{key}", problem, cause);

    Exception IOptionReader.Error(string key, string problem) => Error(key, problem);

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

    // In Akka.NET 1.5 an empty list reports that it is not a list; but it is neither a text nor a block.
    private static bool IsList(HoconValue value) => !value.IsString() && !value.IsObject();

    private static string Show(HoconValue value) =>
        value.IsObject() ? "a block"
        : IsList(value) ? "a list"
        : value.GetString();
}
