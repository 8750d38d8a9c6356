using System;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace Akka.Reactor.Protocols.Tests.Docs;

/// <summary>Every promise of docs/guarantees.md names the tests that prove it, and these exist.</summary>
public sealed partial class GuaranteesSpec
{
    internal static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "../../.."));

    private static string Text => File.ReadAllText(Path.Combine(Root, "docs", "guarantees.md"));

    public static TheoryData<string, string> Proofs
    {
        get
        {
            TheoryData<string, string> proofs = [];
            foreach (Match proof in ProofRegex().Matches(Text).DistinctBy(match => match.Value, StringComparer.Ordinal))
            {
                proofs.Add(proof.Groups["type"].Value, proof.Groups["test"].Value);
            }

            return proofs;
        }
    }

    [Theory]
    [MemberData(nameof(Proofs))]
    public void Every_test_that_is_named_exists(string type, string test)
    {
        string[] classes =
        [
            .. TestSources
                .All.Where(part => part.Class == type && part.HasTest(test))
                .Select(part => part.FullName)
                .Distinct(StringComparer.Ordinal),
        ];

        // Two classes in different namespaces may have one name. If both had the test, nobody would know which is meant.
        Assert.Single(classes);
    }

    [Fact]
    public void A_class_of_the_same_name_does_not_lend_its_tests()
    {
        SourcePart[] parts =
        [
            .. TestSources.Parse(
                """
                namespace A;
                public sealed class OneSpec
                {
                    // [Fact] public void Commented() { }
                    [Theory]
                    [InlineData(1)]
                    public async Task It_is_a_test(int a) { }

                    public void It_is_no_test() { }
                }

                public sealed class OtherSpec
                {
                    [Fact]
                    public void Another_test() { }
                }
                """
            ),
        ];
        Assert.Equal("A.OneSpec, A.OtherSpec", string.Join(", ", parts.Select(part => part.FullName)));
        Assert.True(parts[0].HasTest("It_is_a_test"));
        Assert.False(parts[0].HasTest("It_is"));
        Assert.False(parts[0].HasTest("It_is_no_test"));
        Assert.False(parts[0].HasTest("Another_test"));
        Assert.True(parts[1].HasTest("Another_test"));
    }

    [Fact]
    public void Every_promise_names_a_test()
    {
        string[] promises = [.. PromiseRegex().Split(Text).Skip(1)];
        Assert.True(promises.Length >= 7, $"there are {promises.Length} promises");
        Assert.All(promises, promise => Assert.Matches(ProofRegex(), promise));
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex(@"`(?<type>[A-Z]\w+Spec)\.(?<test>\w+)`", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex ProofRegex();

    [GeneratedRegex("^## ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex PromiseRegex();
}
