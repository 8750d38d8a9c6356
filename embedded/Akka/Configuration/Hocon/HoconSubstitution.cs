using System.Collections.Generic;

namespace Akka.Configuration.Hocon;

/// <summary>A <c>${path}</c>; it stands for the value the parser found there once the whole text was read.</summary>
public class HoconSubstitution : IHoconElement, IMightBeAHoconObject
{
    protected HoconSubstitution() { }

    public HoconSubstitution(string path)
    {
        Path = path;
    }

    public string Path { get; set; }

    public HoconValue ResolvedValue { get; set; }

    public bool IsString() => ResolvedValue.IsString();

    public string GetString() => ResolvedValue.GetString();

    public bool IsArray() => ResolvedValue.IsArray();

    public IList<HoconValue> GetArray() => ResolvedValue.GetArray();

    // The parser asks this before anything is resolved; the other questions come only afterwards.
    public bool IsObject() => ResolvedValue?.IsObject() ?? false;

    public HoconObject GetObject() => ResolvedValue.GetObject();
}
