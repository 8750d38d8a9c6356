using System;
using System.Collections.Generic;

namespace Akka.Configuration.Hocon;

/// <summary>A run of text: quoted, unquoted, or the blanks between two of them.</summary>
public class HoconLiteral : IHoconElement
{
    public string Value { get; set; }

    public bool IsString() => true;

    public string GetString() => Value;

    public bool IsArray() => false;

    public IList<HoconValue> GetArray() => throw new NotSupportedException("A literal is not an array.");

    public override string ToString() => Value;
}
