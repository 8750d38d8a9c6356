using System.Collections.Generic;

namespace Akka.Configuration.Hocon;

/// <summary>A piece of a <see cref="HoconValue"/>: a literal, an object, an array or a substitution.</summary>
public interface IHoconElement
{
    bool IsString();

    string GetString();

    bool IsArray();

    IList<HoconValue> GetArray();
}
