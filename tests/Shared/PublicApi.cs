using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using PublicApiGenerator;
using Xunit;

namespace Akka.Reactor.Tests.Shared;

/// <summary>The public API of an assembly, beside the one that was approved.</summary>
internal static class PublicApi
{
    private static readonly ApiGeneratorOptions Options = new() { IncludeAssemblyAttributes = false };

    /// <summary>
    /// Compares with the approved file in the folder Approved beside the calling test, and fails with the lines that differ.
    /// With <c>AKKA_REACTOR_APPROVE=1</c>, which is what <c>eng/approve-api</c> sets, it writes that file instead.
    /// </summary>
    internal static void AssertApproved(Assembly assembly, [CallerFilePath] string test = "")
    {
        string name = assembly.GetName().Name!;
        string file = Path.Combine(Path.GetDirectoryName(test)!, "Approved", $"{name}.txt");
        string found = assembly.GeneratePublicApi(Options).ReplaceLineEndings("\n") + "\n";
        if (Environment.GetEnvironmentVariable("AKKA_REACTOR_APPROVE") == "1")
        {
            File.WriteAllText(file, found);
        }

        string approved = File.ReadAllText(file).ReplaceLineEndings("\n");
        if (!string.Equals(approved, found, StringComparison.Ordinal))
        {
            Assert.Fail(
                $"The public API of {name} is not the approved one. If it is meant to be like that, run eng/approve-api.\n"
                    + Difference(approved, found)
            );
        }
    }

    private static string Difference(string approved, string found)
    {
        string[] before = approved.Split('\n');
        string[] after = found.Split('\n');
        return string.Join(
            '\n',
            before
                .Except(after, StringComparer.Ordinal)
                .Select(line => $"-{line}")
                .Concat(after.Except(before, StringComparer.Ordinal).Select(line => $"+{line}"))
                .DefaultIfEmpty("The same lines stand in other places.")
        );
    }
}
