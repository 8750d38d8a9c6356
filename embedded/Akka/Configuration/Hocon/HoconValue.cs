using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Akka.Configuration.Hocon;

/// <summary>
/// What stands behind a key: usually one element, several where values are concatenated. It is an object when the
/// first element is one, an array when arrays in it hold at least one element, a string when every element is one.
/// </summary>
public class HoconValue : IMightBeAHoconObject
{
    public HoconValue()
    {
        Values = [];
    }

    public HoconValue(List<IHoconElement> values, bool adoptedFromFallback = true)
    {
        Values = values;
    }

    /// <summary>Whether nothing was written, or an object without keys.</summary>
    public bool IsEmpty => Values.Count == 0 || Values[0] is HoconObject { Items.Count: 0 };

    public List<IHoconElement> Values { get; private set; }

    public Config ToConfig() => new(new HoconRoot(this));

    /// <summary>A configuration that holds this value at the key.</summary>
    public Config AtKey(string key)
    {
        var parent = new HoconObject();
        parent.Items[key] = this;
        var root = new HoconValue();
        root.AppendValue(parent);
        return root.ToConfig();
    }

    public void AppendValue(IHoconElement value) => Values.Add(value);

    public void Clear() => Values.Clear();

    public void NewValue(IHoconElement value)
    {
        Clear();
        AppendValue(value);
    }

    public bool IsObject() => GetObject() is not null;

    public HoconObject GetObject() =>
        Values.FirstOrDefault() switch
        {
            HoconObject value => value,
            IMightBeAHoconObject reference when reference.IsObject() => reference.GetObject(),
            _ => null,
        };

    /// <summary>The value of the key when this is an object that has it, otherwise null.</summary>
    public HoconValue GetChildObject(string key) => GetObject()?.GetKey(key);

    public bool IsString() => Values.Count > 0 && Values.TrueForAll(element => element.IsString());

    /// <summary>The concatenated text, trimmed; null for the text "null" and for anything that is not a string.</summary>
    public string GetString()
    {
        if (!IsString())
            return null;

        string text = string.Concat(Values.Select(element => element.GetString())).Trim();
        return string.Equals(text, "null", StringComparison.Ordinal) ? null : text;
    }

    public bool IsArray() => GetArray().Count > 0;

    public IList<HoconValue> GetArray() =>
        Values.Where(element => element.IsArray()).SelectMany(element => element.GetArray()).ToList();

    public bool GetBoolean() =>
        GetString() switch
        {
            "on" or "true" => true,
            "off" or "false" => false,
            var text => throw new NotSupportedException($"Unknown boolean format: {text}"),
        };

    public byte GetByte() => byte.Parse(GetString(), NumberFormatInfo.InvariantInfo);

    public int GetInt() => int.Parse(GetString(), NumberFormatInfo.InvariantInfo);

    public long GetLong() => long.Parse(GetString(), NumberFormatInfo.InvariantInfo);

    public float GetFloat() => float.Parse(GetString(), NumberFormatInfo.InvariantInfo);

    public double GetDouble() => double.Parse(GetString(), NumberFormatInfo.InvariantInfo);

    public decimal GetDecimal() => decimal.Parse(GetString(), NumberFormatInfo.InvariantInfo);

    /// <summary>Bytes; K, k, Ki and KiB are 1024, kB is 1000, and so on. Null when there is no text.</summary>
    public long? GetByteSize() => HoconUnits.ParseSize(GetString());

    /// <summary>A duration; a bare number is milliseconds, "infinite" is
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>.</summary>
    public TimeSpan GetTimeSpan(bool allowInfinite = true) => HoconUnits.ParseDuration(GetString(), allowInfinite);

    public IList<bool> GetBooleanList() => ListOf(value => value.GetBoolean());

    public IList<byte> GetByteList() => ListOf(value => value.GetByte());

    public IList<int> GetIntList() => ListOf(value => value.GetInt());

    public IList<long> GetLongList() => ListOf(value => value.GetLong());

    public IList<float> GetFloatList() => ListOf(value => value.GetFloat());

    public IList<double> GetDoubleList() => ListOf(value => value.GetDouble());

    public IList<decimal> GetDecimalList() => ListOf(value => value.GetDecimal());

    public IList<string> GetStringList() => ListOf(value => value.GetString());

    public override string ToString() => ToString(0);

    public virtual string ToString(int indent)
    {
        if (IsString())
            return HoconText.QuoteIfNeeded(GetString());
        if (GetObject() is { } value)
        {
            string body = value.ToString(indent + 1);
            return indent == 0 ? body : $"{{\r\n{body}{new string(' ', indent * 2)}}}";
        }

        IList<HoconValue> array = GetArray();
        return array.Count > 0
            ? $"[{string.Join(',', array.Select(element => element.ToString(indent + 1)))}]"
            : "<<unknown value>>";
    }

    private List<T> ListOf<T>(Func<HoconValue, T> get) => GetArray().Select(get).ToList();
}
