using System.Collections.Generic;
using Akka.Reactor.Benchmarks.Native;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>Where servers and load generators run; null: wherever the system likes.</summary>
internal sealed record Processors(int? Server, int? Load)
{
    /// <summary>The first two processors we may use, one each; with a single one nothing is pinned.</summary>
    internal static Processors Choose()
    {
        IReadOnlyList<int> allowed = CpuAffinity.Allowed();
        return allowed.Count < 2 ? new Processors(null, null) : new Processors(allowed[0], allowed[1]);
    }

    internal string Text =>
        Server is null ? "not pinned, there is one processor" : $"server on {Server}, load on {Load}";
}
