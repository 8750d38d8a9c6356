using System;
using System.Text.RegularExpressions;
using Akka.Actor;

namespace Akka.TestKit.Internal;

/// <summary>A condition on a message or a source. Texts are compared without regard to case.</summary>
internal sealed class TextMatcher
{
    public static readonly TextMatcher Any = new("anything", _ => true);

    private readonly string _description;
    private readonly Predicate<string> _matches;

    private TextMatcher(string description, Predicate<string> matches)
    {
        _description = description;
        _matches = matches;
    }

    /// <summary>The first of the three that is given.</summary>
    public static TextMatcher Message(string equals, string start, string contains)
    {
        if (equals is not null)
            return new($"== \"{equals}\"", text => text.Equals(equals, StringComparison.OrdinalIgnoreCase));
        if (start is not null)
            return new($"starts with \"{start}\"", text => text.StartsWith(start, StringComparison.OrdinalIgnoreCase));
        if (contains is not null)
            return new($"contains \"{contains}\"", text => text.Contains(contains, StringComparison.OrdinalIgnoreCase));
        return Any;
    }

    public static TextMatcher Pattern(Regex pattern) => new($"matches regex: {pattern}", pattern.IsMatch);

    /// <summary>The source as it is logged, or the path of the actor without its system's address.</summary>
    public static TextMatcher Source(string source) =>
        source is null ? Any : new($"== \"{source}\"", text => IsSource(text, source));

    public bool IsMatch(string text) => _matches(text);

    public override string ToString() => _description;

    private static bool IsSource(string text, string source) =>
        string.Equals(text, source, StringComparison.OrdinalIgnoreCase)
        || (
            ActorPath.TryParse(text, out ActorPath path)
            && path.ToStringWithoutAddress().Equals(source, StringComparison.OrdinalIgnoreCase)
        );
}
