using System.Collections.Generic;
using System.Linq;
using Akka.Reactor.Benchmarks.Generator;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>One kind of load, under which the peers are compared.</summary>
/// <param name="Name">The name in <c>--scenarios</c>.</param>
/// <param name="Description">The description in the help text.</param>
/// <param name="Load">The load that the generators make.</param>
internal sealed record Scenario(string Name, string Description, GeneratorRequest Load)
{
    /// <summary>
    /// The name of the scenario of 10 busy connections, with many idle ones and without. Every peer is compared with
    /// itself.
    /// </summary>
    internal const string Idle = "idle";

    private static readonly string[] s_plainReferences = [Peer.C, Peer.Socket];
    private static readonly string[] s_tlsReferences = [Peer.SslStream];

    internal static IReadOnlyList<Scenario> All { get; } =
    [
        new("echo-1", "64 B, 1 connection", new GeneratorRequest(TrafficKind.Echo, 1)),
        new("echo-50", "64 B, 50 connections", new GeneratorRequest(TrafficKind.Echo, 50)),
        new("echo-1000", "64 B, 1,000 connections", new GeneratorRequest(TrafficKind.Echo, 1000)),
        new("pipelined", "64 B, 50 x 16 under way", new GeneratorRequest(TrafficKind.Echo, 50, Pipeline: 16)),
        new("echo-16k", "16 KiB, 50 connections", new GeneratorRequest(TrafficKind.Echo, 50, Size: 16 * 1024)),
        new(Idle, "64 B, 10 connections beside 10,000 idle ones", new GeneratorRequest(TrafficKind.Echo, 10, 10_000)),
        new(
            "scale",
            "64 B, 50 connections, one processor for the server and all",
            new GeneratorRequest(TrafficKind.Echo, 50)
        )
        {
            Scales = true,
        },
        new("churn", "connect, echo 64 B, close; 50 under way", new GeneratorRequest(TrafficKind.Churn, 50)),
        new("discard", "8 streams to the server", new GeneratorRequest(TrafficKind.Send, 8)),
        new("chargen", "8 streams from the server", new GeneratorRequest(TrafficKind.Receive, 8)),
        new("tls-echo", "64 B, 50 connections, TLS", new GeneratorRequest(TrafficKind.Echo, 50, Tls: true)),
        new(
            "tls-echo-16k",
            "16 KiB, 50 connections, TLS",
            new GeneratorRequest(TrafficKind.Echo, 50, Size: 16 * 1024, Tls: true)
        ),
        new("tls-churn", "churn, full TLS handshakes", new GeneratorRequest(TrafficKind.Churn, 50, Tls: true)),
        new(
            "tls-churn-resumed",
            "churn, resumed TLS sessions",
            new GeneratorRequest(TrafficKind.Churn, 50, Tls: true, Resume: true)
        ),
    ];

    internal static IReadOnlyList<string> Names { get; } = [.. All.Select(scenario => scenario.Name)];

    /// <summary>The names of the peers to which ratios are taken.</summary>
    internal IReadOnlyList<string> References => Load.Tls ? s_tlsReferences : s_plainReferences;

    /// <summary>True if every peer takes part a second time, with all processors, and is compared with itself.</summary>
    internal bool Scales { get; init; }

    /// <summary>The request to every server.</summary>
    internal ServerRequest Server { get; } =
        new(
            Load.Kind switch
            {
                TrafficKind.Send => Service.Discard,
                TrafficKind.Receive => Service.Chargen,
                _ => Service.Echo,
            },
            Load.Tls
        );
}
