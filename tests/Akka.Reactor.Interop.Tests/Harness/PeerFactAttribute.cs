using System;
using System.IO;
using System.Linq;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

/// <summary>
/// A test that needs programs of others. Where one is missing the test skips and names it; with <c>CI=true</c> in the
/// environment it runs, and fails.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PeerFactAttribute : FactAttribute
{
    public PeerFactAttribute(params string[] programs) => Skip = WhySkipped(programs);

    /// <summary>The reason not to run, or null.</summary>
    internal static string? WhySkipped(string[] programs)
    {
        string[] missing = [.. programs.Where(program => Find(program) is null)];
        return missing.Length > 0 && !IsContinuousIntegration ? $"{string.Join(", ", missing)}: not installed" : null;
    }

    private static bool IsContinuousIntegration =>
        string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}
