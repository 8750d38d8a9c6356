namespace Akka.Configuration.Hocon;

/// <summary>Something that may turn out to be an object: a value, or a substitution once it is resolved.</summary>
public interface IMightBeAHoconObject
{
    bool IsObject();

    HoconObject GetObject();
}
