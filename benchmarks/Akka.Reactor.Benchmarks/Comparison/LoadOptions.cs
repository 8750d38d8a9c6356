using System;
using System.Collections.Generic;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>What <c>load</c> was asked to do.</summary>
internal sealed record LoadOptions
{
    internal required IReadOnlyList<Scenario> Scenarios { get; init; }

    internal required IReadOnlyList<Peer> Peers { get; init; }

    internal required int Rounds { get; init; }

    /// <summary>How many there may be where the spread holds a limit.</summary>
    internal required int MostRounds { get; init; }

    internal required TimeSpan RoundTime { get; init; }

    internal required TimeSpan WarmUp { get; init; }

    /// <summary>Whether limits are held.</summary>
    internal required bool Check { get; init; }

    /// <summary>The folder of load.json and load.svg.</summary>
    internal required string Output { get; init; }
}
