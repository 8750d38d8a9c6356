using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace Akka.Reactor.Protocols.Tests.Docs;

/// <summary>Every promise of docs/guarantees.md names the tests that prove it, and these exist.</summary>
public sealed partial class GuaranteesSpec
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "../../.."));

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
        IEnumerable<string> files = Directory
            .EnumerateFiles(Path.Combine(Root, "tests"), $"{type}*.cs", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path).Split('.')[0] == type);
        Assert.Contains(
            files,
            path => Regex.IsMatch(File.ReadAllText(path), $@"(void|Task) {test}\(", RegexOptions.None, Patience)
        );
    }

    [Fact]
    public void Every_promise_names_a_test()
    {
        string[] promises = [.. PromiseRegex().Split(Text).Skip(1)];
        Assert.True(promises.Length >= 7, $"there are {promises.Length} promises");
        Assert.All(promises, promise => Assert.Matches(ProofRegex(), promise));
    }

    private static TimeSpan Patience => TimeSpan.FromSeconds(10);

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex(@"`(?<type>[A-Z]\w+Spec)\.(?<test>\w+)`", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex ProofRegex();

    [GeneratedRegex("^## ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex PromiseRegex();
}
