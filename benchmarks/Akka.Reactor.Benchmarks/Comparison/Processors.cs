using System.Collections.Generic;
using Akka.Reactor.Benchmarks.Native;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>The processors on which the servers and the load generators run. Null means any processor.</summary>
internal sealed record Processors(int? Server, int? Load)
{
    /// <summary>
    /// Chooses the first two processors that this process may use, one for each. With a single processor nothing is pinned.
    /// </summary>
    internal static Processors Choose()
    {
        IReadOnlyList<int> allowed = CpuAffinity.Allowed();
        return allowed.Count < 2 ? new Processors(null, null) : new Processors(allowed[0], allowed[1]);
    }

    internal string Text =>
        Server is null ? "not pinned, there is one processor" : $"server on {Server}, load on {Load}";
}
