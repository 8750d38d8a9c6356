using System.Collections.Generic;
using System.Linq;
using Akka.Reactor.Benchmarks.Generator;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>A peer's part in a scenario.</summary>
/// <param name="Name">Unique in the scenario.</param>
/// <param name="Peer">Whose server.</param>
/// <param name="Load">What its generator does.</param>
/// <param name="References">Names of the entries that its ratios are taken to.</param>
internal sealed record Entry(string Name, Peer Peer, GeneratorRequest Load, IReadOnlyList<string> References)
{
    /// <summary>The parts that these peers have in the scenario; those that cannot serve it have none.</summary>
    internal static IReadOnlyList<Entry> Of(Scenario scenario, IEnumerable<Peer> peers) =>
        [.. peers.Where(peer => peer.Serves(scenario.Server)).SelectMany(peer => Of(scenario, peer))];

    /// <summary>Its server has all processors, not one.</summary>
    internal bool AllProcessors { get; init; }

    /// <summary>What a peer is called when it has idle connections too.</summary>
    internal static string WithIdle(string peer) => peer + "+idle";

    /// <summary>What a peer is called when its server has all processors.</summary>
    internal static string OnAllProcessors(string peer) => peer + "+all";

    private static string[] ReferencesOf(Scenario scenario, Peer peer) =>
        [.. scenario.References, Peer.InOtherBuild(peer.Name)];

    private static IEnumerable<Entry> Of(Scenario scenario, Peer peer)
    {
        Entry plain = new(peer.Name, peer, scenario.Load with { Idle = 0 }, ReferencesOf(scenario, peer));
        yield return plain;
        if (scenario.Load.Idle > 0)
        {
            yield return new Entry(WithIdle(peer.Name), peer, scenario.Load, [peer.Name]);
        }

        if (scenario.Scales)
        {
            yield return plain with
            {
                Name = OnAllProcessors(peer.Name),
                References = [peer.Name],
                AllProcessors = true,
            };
        }
    }
}
