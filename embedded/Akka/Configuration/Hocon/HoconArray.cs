using System;
using System.Collections.Generic;

namespace Akka.Configuration.Hocon;

/// <summary>The elements between [ and ].</summary>
public class HoconArray : List<HoconValue>, IHoconElement
{
    public bool IsString() => false;

    public string GetString() => throw new NotSupportedException("An array is not a string.");

    public bool IsArray() => true;

    public IList<HoconValue> GetArray() => this;

    public override string ToString() => "[" + string.Join(',', this) + "]";
}
