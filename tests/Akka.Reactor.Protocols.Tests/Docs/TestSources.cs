using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Akka.Reactor.Protocols.Tests.Docs;

/// <summary>The classes of all test projects, read from their sources: a test of one project can be named in a document that another checks.</summary>
internal static partial class TestSources
{
    /// <summary>Every part of every class.</summary>
    internal static SourcePart[] All { get; } =
    [
        .. Directory
            .EnumerateFiles(Path.Combine(GuaranteesSpec.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(path => Parse(File.ReadAllText(path))),
    ];

    /// <summary>The classes of one file that stand in its namespace, and not in another class.</summary>
    internal static IEnumerable<SourcePart> Parse(string source)
    {
        string name = NamespaceRegex().Match(source).Groups["name"].Value;
        Match[] classes = [.. ClassRegex().Matches(source).Cast<Match>()];
        for (int i = 0; i < classes.Length; i++)
        {
            int end = i + 1 < classes.Length ? classes[i + 1].Index : source.Length;
            HashSet<string> tests =
            [
                .. TestRegex().Matches(source[classes[i].Index..end]).Select(match => match.Groups["name"].Value),
            ];
            yield return new SourcePart(name, classes[i].Groups["name"].Value, tests);
        }
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex NamespaceRegex();

    [GeneratedRegex(
        @"^(public |internal |abstract |sealed |static |partial )*class (?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        10_000
    )]
    private static partial Regex ClassRegex();

    // A method behind lines of attributes, of which one is a fact or a theory of some kind.
    [GeneratedRegex(
        @"^ +\[\w*(Fact|Theory)\b.*\n( +\S.*\n)*? +public (async )?(void|Task) (?<name>\w+)\(",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        10_000
    )]
    private static partial Regex TestRegex();
}

/// <summary>A class, or a part of one.</summary>
internal sealed record SourcePart(string Namespace, string Class, IReadOnlySet<string> Tests)
{
    internal string FullName => $"{Namespace}.{Class}";

    internal bool HasTest(string name) => Tests.Contains(name);
}
