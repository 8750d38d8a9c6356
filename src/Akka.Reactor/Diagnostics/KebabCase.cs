using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;

namespace Akka.Reactor.Diagnostics;

/// <summary>
/// Converts the values of an enum to and from their form in configuration and logs: <c>HappyEyeballs</c> is <c>happy-eyeballs</c>.
/// </summary>
/// <typeparam name="T">An enum whose names consist of words that each begin with a capital letter.</typeparam>
internal static class KebabCase<T>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<string, T> s_values = Enum.GetValues<T>()
        .ToFrozenDictionary(Of, StringComparer.Ordinal);

    internal static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<T>().Select(Of)];

    internal static T? Parse(string word) => s_values.TryGetValue(word, out T value) ? value : null;

    internal static string Of(T value) =>
        string.Concat(
            value
                .ToString()
                .Select(
                    (letter, index) =>
                        !char.IsUpper(letter) ? letter.ToString()
                        : index == 0 ? char.ToLowerInvariant(letter).ToString()
                        : $"-{char.ToLowerInvariant(letter)}"
                )
        );
}
