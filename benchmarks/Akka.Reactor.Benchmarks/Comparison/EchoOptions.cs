using System;
using System.Collections.Generic;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>What <c>echo</c> was asked to do.</summary>
internal sealed record EchoOptions
{
    internal required int Connections { get; init; }

    /// <summary>Bytes of a message.</summary>
    internal required int Size { get; init; }

    /// <summary>Messages under way on every connection.</summary>
    internal required int Pipeline { get; init; }

    internal required int Rounds { get; init; }

    internal required TimeSpan RoundTime { get; init; }

    internal required TimeSpan WarmUp { get; init; }

    internal required IReadOnlyList<Peer> Peers { get; init; }

    /// <summary>The highest median ratio of the library to the reference; null: any.</summary>
    internal double? Limit { get; init; }
}
