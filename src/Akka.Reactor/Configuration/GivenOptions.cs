using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using Akka.Reactor.Diagnostics;

namespace Akka.Reactor.Configuration;

/// <summary>
/// Reads options that were made in C#: each is the value that was given, if it is allowed. So to read such options means to check
/// them.
/// </summary>
/// <param name="error">Creates the exception that is thrown, from a key and the problem with its value.</param>
internal sealed class GivenOptions(Func<string, string, Exception> error) : IOptionReader
{
    public int Count(string key, int value, int least, int most = int.MaxValue, string or = "") =>
        value >= least && value <= most ? value
        : most == int.MaxValue ? throw error(key, $"is {value}; it must be at least {least}")
        : throw error(key, $"is {value}; it must be a whole number from {least} to {most}");

    public int Size(string key, int value, int least, string or = "") => Count(key, value, least);

    public TimeSpan Duration(string key, TimeSpan value, TimeRange range, string or = "") =>
        range.Holds(value) ? value
        : value == Timeout.InfiniteTimeSpan ? throw error(key, $"is infinite; it must be a duration {range.Allowed}")
        : throw error(key, $"is {value}; it must be a duration {range.Allowed}");

    // The condition is written so that NaN is not allowed.
    public double Number(string key, double value, double least, double most) =>
        value >= least && value <= most
            ? value
            : throw error(
                key,
                string.Create(CultureInfo.InvariantCulture, $"is {value}; it must be a number from {least} to {most}")
            );

    public bool Flag(string key, bool value) => value;

    public T Choice<T>(string key, T value)
        where T : struct, Enum =>
        Enum.IsDefined(value)
            ? value
            : throw error(key, $"is {value}; it must be one of {string.Join(", ", KebabCase<T>.All)}");

    public UnixFileMode FileMode(string key, UnixFileMode value, string or) => value;

    public T? OrWord<T>(string key, string word, T? value, Func<string, T, string, T> read)
        where T : struct => value is { } given ? read(key, given, "") : null;

    public T Block<T>(string key, T value, Func<IOptionReader, T, T> read)
        where T : class
    {
        RequireValue(key, value);
        return read(new GivenOptions((inner, problem) => error($"{key}.{inner}", problem)), value);
    }

    public Exception Error(string key, string problem) => error(key, problem);

    /// <summary>Checks a list, which must have no element that is null.</summary>
    internal void RequireValues(string key, IReadOnlyList<object> values)
    {
        RequireValue(key, values);
        if (values.Any(value => value is null))
        {
            throw error(key, $"contains null; it must be a list of {key}");
        }
    }

    // Nullability annotations do not prevent null at run time.
    internal void RequireValue(string key, object? value)
    {
        if (value is null)
        {
            throw error(key, "is null; a value must be given");
        }
    }
}
