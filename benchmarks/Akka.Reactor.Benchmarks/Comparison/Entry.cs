using System.Collections.Generic;
using System.Linq;
using Akka.Reactor.Benchmarks.Generator;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>The entry of a peer in a scenario.</summary>
/// <param name="Name">The name, which is unique in the scenario.</param>
/// <param name="Peer">The peer whose server runs.</param>
/// <param name="Load">The load that its generator makes.</param>
/// <param name="References">The names of the entries to which its ratios are taken.</param>
internal sealed record Entry(string Name, Peer Peer, GeneratorRequest Load, IReadOnlyList<string> References)
{
    /// <summary>Returns the entries of the given peers in the scenario. Peers that cannot serve the scenario have none.</summary>
    internal static IReadOnlyList<Entry> Of(Scenario scenario, IEnumerable<Peer> peers) =>
        [.. peers.Where(peer => peer.Serves(scenario.Server)).SelectMany(peer => Of(scenario, peer))];

    /// <summary>True if the server has all processors; otherwise it has one.</summary>
    internal bool AllProcessors { get; init; }

    /// <summary>Returns the name of the entry in which a peer also has idle connections.</summary>
    internal static string WithIdle(string peer) => peer + "+idle";

    /// <summary>Returns the name of the entry in which the server of a peer has all processors.</summary>
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
