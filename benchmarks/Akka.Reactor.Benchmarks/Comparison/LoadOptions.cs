using System;
using System.Collections.Generic;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>The options of the command <c>load</c>.</summary>
internal sealed record LoadOptions
{
    internal required IReadOnlyList<Scenario> Scenarios { get; init; }

    internal required IReadOnlyList<Peer> Peers { get; init; }

    internal required int Rounds { get; init; }

    /// <summary>The largest number of rounds, which are run while a limit lies within the spread.</summary>
    internal required int MostRounds { get; init; }

    internal required TimeSpan RoundTime { get; init; }

    internal required TimeSpan WarmUp { get; init; }

    /// <summary>Whether the limits are checked.</summary>
    internal required bool Check { get; init; }

    /// <summary>The folder of load.json and load.svg.</summary>
    internal required string Output { get; init; }
}
