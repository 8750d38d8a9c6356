using System.Collections.Generic;
using System.Linq;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>A limit that <c>--check</c> checks.</summary>
/// <param name="Scenario">The scenario of the limit.</param>
/// <param name="Entry">The entry whose figure is limited.</param>
/// <param name="Figure">The limited figure.</param>
/// <param name="Reference">The entry to which the ratio is taken, or null if the figure itself is limited.</param>
/// <param name="Most">The highest allowed median.</param>
internal sealed record Limit(string Scenario, string Entry, Figure Figure, string? Reference, double Most)
{
    private const double AllocatedPerEcho = 256;
    private const double OtherBuild = 1.03;

    // A limit is the value that was reached, plus the difference between one machine and day and another.
    // docs/performance.md describes the intended values, and why some of them are not reached.
    internal static IReadOnlyList<Limit> All { get; } =
    [
        .. Plain("echo-50", c: 1.10, uring: 1.05, socket: 0.90),
        .. Plain("echo-1000", c: 1.15, uring: 1.10, socket: 0.90),
        .. Plain("pipelined", c: 1.15, uring: 1.10, socket: 0.85),
        .. Plain("echo-16k", c: 1.15, uring: 1.20, socket: 0.90),
        .. Plain("churn", c: 1.25, uring: 1.25, socket: 0.90),
        Idle(Peer.Reactor),
        Idle(Peer.ReactorUring),
        Cpu("tls-echo", Peer.Reactor, Peer.SslStream, 0.90),
        Cpu("tls-churn", Peer.Reactor, Peer.SslStream, 0.80),
        Cpu("tls-echo-16k", Peer.Reactor, Peer.SslStream, 1.05),
        Cpu("echo-50", Peer.ReactorAsync, Peer.Reactor, 1.05),
        .. Latency("echo-1"),
        .. Latency("echo-50"),
        new("echo-50", Peer.Reactor, Figure.Allocated, Reference: null, AllocatedPerEcho),
        new("echo-50", Peer.ReactorUring, Figure.Allocated, Reference: null, AllocatedPerEcho),
        .. Comparison.Scenario.Names.SelectMany(ToOtherBuild),
    ];

    /// <summary>True if the limit applies not only to the median but to the upper end of its interval.</summary>
    internal bool HoldsForUpperEnd { get; private init; }

    /// <summary>Returns the limits of a scenario.</summary>
    internal static IEnumerable<Limit> Of(Scenario scenario) =>
        All.Where(limit => string.Equals(limit.Scenario, scenario.Name, System.StringComparison.Ordinal));

    private static IEnumerable<Limit> Plain(string scenario, double c, double uring, double socket) =>
        [
            Cpu(scenario, Peer.Reactor, Peer.C, c),
            Cpu(scenario, Peer.ReactorUring, Peer.C, uring),
            Cpu(scenario, Peer.Reactor, Peer.Socket, socket),
        ];

    // Two builds differ only in the changed code.
    private static IEnumerable<Limit> ToOtherBuild(string scenario) =>
        new[] { Peer.Reactor, Peer.ReactorUring }.Select(peer =>
            Cpu(scenario, peer, Peer.InOtherBuild(peer), OtherBuild) with
            {
                HoldsForUpperEnd = true,
            }
        );

    private static IEnumerable<Limit> Latency(string scenario) =>
        [new(scenario, Peer.Reactor, Figure.P50, Peer.C, 1.2), new(scenario, Peer.Reactor, Figure.P99, Peer.C, 1.5)];

    private static Limit Idle(string peer) =>
        Cpu(Comparison.Scenario.Idle, Comparison.Entry.WithIdle(peer), peer, 1.05);

    private static Limit Cpu(string scenario, string entry, string reference, double most) =>
        new(scenario, entry, Figure.Cpu, reference, most);
}
