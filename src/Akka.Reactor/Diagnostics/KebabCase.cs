using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;

namespace Akka.Reactor.Diagnostics;

/// <summary>How configuration and logs write the values of an enum: <c>HappyEyeballs</c> is <c>happy-eyeballs</c>.</summary>
/// <typeparam name="T">One whose names are words after each other, each with a capital.</typeparam>
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
