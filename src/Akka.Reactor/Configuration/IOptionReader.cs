using System;
using System.IO;

namespace Akka.Reactor.Configuration;

/// <summary>
/// Reads options: those that are written in the configuration (<see cref="SettingsReader"/>), or those of an object that was made in
/// C# (<see cref="GivenOptions"/>). Each option is therefore described once, by the call that names its key and the values that are
/// allowed.
/// </summary>
/// <remarks>
/// The argument <c>value</c> is the value of the option so far. The configuration may replace it; it is the default. An object made in
/// C# consists of such values only, and each is checked. The argument <c>or</c> is the end of an error: the word that is allowed
/// too.
/// </remarks>
internal interface IOptionReader
{
    int Count(string key, int value, int least, int most = int.MaxValue, string or = "");

    /// <summary>Reads a size in bytes.</summary>
    int Size(string key, int value, int least, string or = "");

    TimeSpan Duration(string key, TimeSpan value, TimeRange range, string or = "");

    double Number(string key, double value, double least, double most);

    bool Flag(string key, bool value);

    T Choice<T>(string key, T value)
        where T : struct, Enum;

    UnixFileMode FileMode(string key, UnixFileMode value, string or);

    /// <summary>Reads an option that may have no value (null), for which the configuration has a word.</summary>
    /// <param name="key">The key of the option.</param>
    /// <param name="word">The word for null.</param>
    /// <param name="value">The value so far.</param>
    /// <param name="read">Reads any other value: from the key, the value so far and the end of an error.</param>
    T? OrWord<T>(string key, string word, T? value, Func<string, T, string, T> read)
        where T : struct;

    /// <summary>Reads the options of a block.</summary>
    T Block<T>(string key, T value, Func<IOptionReader, T, T> read)
        where T : class;

    /// <summary>Creates the exception for a wrong value; the caller throws it.</summary>
    Exception Error(string key, string problem);
}
