using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Akka.Configuration.Hocon;

/// <summary>Keys and their values, in the order in which they were written.</summary>
public class HoconObject : IHoconElement
{
    public HoconObject()
        : this(new Dictionary<string, HoconValue>(StringComparer.Ordinal)) { }

    private HoconObject(Dictionary<string, HoconValue> items)
    {
        Items = items;
    }

    public Dictionary<string, HoconValue> Items { get; private set; }

    /// <summary>The keys, with nested objects as dictionaries and everything else as <see cref="HoconValue"/>.</summary>
    public IDictionary<string, object> Unwrapped =>
        Items.ToDictionary(
            item => item.Key,
            item => item.Value.GetObject() is { } nested ? (object)nested.Unwrapped : item.Value,
            StringComparer.Ordinal
        );

    public bool IsString() => false;

    public string GetString() => throw new NotSupportedException("An object is not a string.");

    public bool IsArray() => false;

    public IList<HoconValue> GetArray() => throw new NotSupportedException("An object is not an array.");

    /// <summary>The value of the key, or null.</summary>
    public HoconValue GetKey(string key) => Items.GetValueOrDefault(key);

    /// <summary>The value of the key; a missing one is added, empty.</summary>
    public HoconValue GetOrCreateKey(string key)
    {
        if (!Items.TryGetValue(key, out HoconValue value))
        {
            value = new HoconValue();
            Items.Add(key, value);
        }

        return value;
    }

    /// <summary>Takes every key of the other object; where both have an object, these are merged.</summary>
    public void Merge(HoconObject other)
    {
        foreach ((string key, HoconValue theirs) in other.Items.ToArray())
        {
            Items[key] =
                Items.TryGetValue(key, out HoconValue ours) && ours.IsObject() && theirs.IsObject()
                    ? MergeValues(ours, theirs)
                    : theirs;
        }
    }

    public override string ToString() => ToString(0);

    /// <summary>As HOCON, one key a line, indented by two blanks per level.</summary>
    public string ToString(int indent)
    {
        var text = new StringBuilder();
        foreach ((string key, HoconValue value) in Items)
        {
            text.Append(' ', indent * 2)
                .Append(CultureInfo.InvariantCulture, $"{HoconText.QuoteIfNeeded(key)} : {value.ToString(indent)}\r\n");
        }

        return text.ToString();
    }

    /// <summary>A new object: the keys of this one, overridden by those of the other.</summary>
    internal HoconObject MergedUnder(HoconObject other)
    {
        var items = new Dictionary<string, HoconValue>(Items, StringComparer.Ordinal);
        foreach ((string key, HoconValue theirs) in other.Items)
        {
            if (!items.TryGetValue(key, out HoconValue ours))
                items.Add(key, new HoconValue(theirs.Values));
            else
                items[key] = ours.IsObject() && theirs.IsObject() ? MergeValues(ours, theirs) : theirs;
        }

        return new HoconObject(items);
    }

    private static HoconValue MergeValues(HoconValue under, HoconValue over)
    {
        var merged = new HoconValue();
        merged.AppendValue(under.GetObject().MergedUnder(over.GetObject()));
        return merged;
    }
}
