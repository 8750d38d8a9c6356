using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Configuration.Hocon;

namespace Akka.Configuration;

/// <summary>
/// A parsed configuration, read by dotted paths (<c>a.b."c.d"</c>). Immutable for its readers: a fallback makes a new
/// one. A getter whose path is missing returns its default; one whose value has the wrong shape throws what the .NET
/// parser throws, without the path.
/// </summary>
public class Config
{
    /// <summary>A shared configuration without any key.</summary>
    public static readonly Config Empty = ConfigurationFactory.Empty;

    // The tree as it was parsed; Root is the tree with every fallback merged in.
    private HoconValue _parsed;

    public Config() { }

    public Config(HoconRoot root)
    {
        _parsed = root.Value ?? throw new ArgumentNullException(nameof(root), "The root value cannot be null.");
        Root = root.Value;
        Substitutions = root.Substitutions;
    }

    public Config(Config source, Config fallback)
    {
        if (source is null)
            throw new ArgumentNullException(nameof(source), "The source configuration cannot be null.");

        _parsed = source._parsed;
        Root = source.Root;
        Fallback = fallback;
    }

    /// <summary>The configuration asked when a key is missing here.</summary>
    public Config Fallback { get; private set; }

    /// <summary>Whether there is no key at all.</summary>
    public virtual bool IsEmpty => Root is null || Root.IsEmpty;

    /// <summary>The value that holds everything, fallbacks included.</summary>
    public virtual HoconValue Root { get; private set; }

    /// <summary>The substitutions met while parsing.</summary>
    public IEnumerable<HoconSubstitution> Substitutions { get; set; }

    public static implicit operator Config(string str) => ConfigurationFactory.ParseString(str);

    public static Config operator +(Config config, string fallback) =>
        config.WithFallback(ConfigurationFactory.ParseString(fallback));

    public static Config operator +(string configHocon, Config fallbackConfig) =>
        ConfigurationFactory.ParseString(configHocon).WithFallback(fallbackConfig);

    public virtual bool GetBoolean(string path, bool @default = false) => Find(path)?.GetBoolean() ?? @default;

    public virtual long? GetByteSize(string path) => Find(path)?.GetByteSize();

    public virtual long? GetByteSize(string path, long? def = null) =>
        Find(path) is { } value ? value.GetByteSize() : def;

    public virtual int GetInt(string path, int @default = 0) => Find(path)?.GetInt() ?? @default;

    public virtual long GetLong(string path, long @default = 0) => Find(path)?.GetLong() ?? @default;

    public virtual string GetString(string path, string @default = null) =>
        Find(path) is { } value ? value.GetString() : @default;

    public virtual float GetFloat(string path, float @default = 0) => Find(path)?.GetFloat() ?? @default;

    public virtual decimal GetDecimal(string path, decimal @default = 0) => Find(path)?.GetDecimal() ?? @default;

    public virtual double GetDouble(string path, double @default = 0) => Find(path)?.GetDouble() ?? @default;

    // The typed lists have no default: a missing path is a NullReferenceException, as in Akka.NET 1.5.
    public virtual IList<bool> GetBooleanList(string path) => Find(path).GetBooleanList();

    public virtual IList<decimal> GetDecimalList(string path) => Find(path).GetDecimalList();

    public virtual IList<float> GetFloatList(string path) => Find(path).GetFloatList();

    public virtual IList<double> GetDoubleList(string path) => Find(path).GetDoubleList();

    public virtual IList<int> GetIntList(string path) => Find(path).GetIntList();

    public virtual IList<long> GetLongList(string path) => Find(path).GetLongList();

    public virtual IList<byte> GetByteList(string path) => Find(path).GetByteList();

    public virtual IList<string> GetStringList(string path) => Find(path)?.GetStringList() ?? new List<string>();

    public virtual IList<string> GetStringList(string path, string[] defaultPaths) =>
        Find(path)?.GetStringList() ?? defaultPaths;

    /// <summary>A duration. A bare number is milliseconds, a missing path without a default is zero.</summary>
    public virtual TimeSpan GetTimeSpan(string path, TimeSpan? @default = null, bool allowInfinite = true) =>
        Find(path)?.GetTimeSpan(allowInfinite) ?? @default.GetValueOrDefault();

    /// <summary>The section at the path, or null.</summary>
    public virtual Config GetConfig(string path)
    {
        HoconValue value = Find(path);
        Config section = value is null ? null : new Config(new HoconRoot(value));
        if (Fallback is null)
            return section;

        Config fallback = Fallback.GetConfig(path);
        return section is null ? fallback : section.WithFallback(fallback);
    }

    /// <summary>The value at the path, or null.</summary>
    public HoconValue GetValue(string path) => Find(path);

    public virtual bool HasPath(string path) => Find(path) is not null;

    /// <summary>
    /// This configuration, with the keys it lacks taken from the fallback. Returns the fallback itself when this one
    /// is empty, and this one itself when the fallback adds nothing.
    /// </summary>
    public virtual Config WithFallback(Config fallback)
    {
        if (ReferenceEquals(fallback, this))
            throw new ArgumentException("Config can not have itself as fallback", nameof(fallback));
        if (fallback is null)
            return this;
        if (IsEmpty)
            return fallback;
        if (HasAllOf(fallback.Root.GetObject(), path: ""))
            return this;

        var root = new HoconValue();
        root.AppendValue(fallback.Root.GetObject().MergedUnder(Root.GetObject()));
        Config merged = Copy(fallback);
        merged.Root = root;
        return merged;
    }

    /// <summary>The top-level keys with their values, those of the fallbacks last.</summary>
    public virtual IEnumerable<KeyValuePair<string, HoconValue>> AsEnumerable()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (Config layer = this; layer is not null; layer = layer.Fallback)
        {
            foreach (KeyValuePair<string, HoconValue> item in layer.Root.GetObject().Items)
            {
                if (seen.Add(item.Key))
                    yield return item;
            }
        }
    }

    /// <summary>This configuration as HOCON, without its fallbacks.</summary>
    public override string ToString() => _parsed is null ? "" : _parsed.ToString();

    /// <summary>This configuration as HOCON, if wanted with its fallbacks merged in.</summary>
    public string ToString(bool includeFallback) => includeFallback ? Root.ToString() : ToString();

    /// <summary>A copy with the given configuration behind the last fallback.</summary>
    protected Config Copy(Config fallback = null) =>
        new()
        {
            Fallback = Fallback is null ? fallback : Fallback.Copy(fallback),
            Root = Root,
            Substitutions = Substitutions,
            _parsed = _parsed,
        };

    private HoconValue Find(string path)
    {
        HoconValue node = Root ?? throw new InvalidOperationException("Current node should not be null");
        foreach (string key in HoconPath.Split(path))
        {
            node = node.GetChildObject(key);
            if (node is null)
                return null;
        }

        return node;
    }

    private bool HasAllOf(HoconObject other, string path)
    {
        foreach ((string key, HoconValue value) in other.Items)
        {
            // A top-level key is looked up unquoted, so one that contains dots counts as missing here.
            string childPath = path.Length == 0 ? key : HoconPath.Append(path, key);
            if (!HasPath(childPath))
                return false;

            bool held = value switch
            {
                _ when value.IsObject() => HasAllOf(value.GetObject(), childPath),
                _ when value.IsArray() => HasElements(value, childPath),
                _ => string.Equals(value.GetString(), GetString(childPath), StringComparison.Ordinal),
            };
            if (!held)
                return false;
        }

        return true;
    }

    private bool HasElements(HoconValue array, string path)
    {
        IList<string> own = GetStringList(path);
        return array.GetStringList().All(own.Contains);
    }
}
