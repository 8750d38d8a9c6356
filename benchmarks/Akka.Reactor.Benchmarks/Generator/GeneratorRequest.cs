using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;

namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>The load that a generator is asked to make. It is passed as options on the command line of the generator.</summary>
/// <param name="Kind">The kind of load.</param>
/// <param name="Connections">The number of busy connections that are open at a time.</param>
/// <param name="Idle">The number of idle connections, which are opened first.</param>
/// <param name="Size">The number of bytes of a message.</param>
/// <param name="Pipeline">The number of messages under way on every connection.</param>
/// <param name="Tls">Whether connections use TLS.</param>
/// <param name="Resume">Whether connections resume TLS sessions.</param>
internal sealed record GeneratorRequest(
    TrafficKind Kind,
    int Connections,
    int Idle = 0,
    int Size = 64,
    int Pipeline = 1,
    bool Tls = false,
    bool Resume = false
)
{
    private static readonly Option<TrafficKind> s_kind = new("--kind") { Required = true };
    private static readonly Option<int> s_connections = new("--connections") { Required = true };
    private static readonly Option<int> s_idle = new("--idle");
    private static readonly Option<int> s_size = new("--size") { Required = true };
    private static readonly Option<int> s_pipeline = new("--pipeline") { Required = true };
    private static readonly Option<bool> s_tls = new("--tls");
    private static readonly Option<bool> s_resume = new("--resume");

    internal static IReadOnlyList<Option> Options { get; } =
    [s_kind, s_connections, s_idle, s_size, s_pipeline, s_tls, s_resume];

    internal static GeneratorRequest From(ParseResult parsed) =>
        new(
            parsed.GetRequiredValue(s_kind),
            parsed.GetRequiredValue(s_connections),
            parsed.GetValue(s_idle),
            parsed.GetRequiredValue(s_size),
            parsed.GetRequiredValue(s_pipeline),
            parsed.GetValue(s_tls),
            parsed.GetValue(s_resume)
        );

    internal IReadOnlyList<string> Arguments() =>
        [
            s_kind.Name,
            Kind.ToString(),
            s_connections.Name,
            Text(Connections),
            s_idle.Name,
            Text(Idle),
            s_size.Name,
            Text(Size),
            s_pipeline.Name,
            Text(Pipeline),
            .. Tls ? [s_tls.Name] : Array.Empty<string>(),
            .. Resume ? [s_resume.Name] : Array.Empty<string>(),
        ];

    /// <summary>Opens the connections and returns the load, which owns them.</summary>
    /// <param name="port">The port of the server on 127.0.0.1.</param>
    /// <param name="tls">
    /// The context for TLS, or null without <see cref="Tls"/>. The caller still owns it, and it must outlive the load.
    /// </param>
    internal Traffic Connect(int port, TlsContext? tls)
    {
        return Kind switch
        {
            TrafficKind.Echo => new EchoTraffic(Ready, Connections, Idle, Size, Pipeline),
            TrafficKind.Churn => new ChurnTraffic(Open, Connections, Size, Resume),
            TrafficKind.Send or TrafficKind.Receive => new OneWayTraffic(
                number => Open(number, 0),
                Connections,
                sends: Kind is TrafficKind.Send
            ),
            _ => throw new InvalidOperationException($"There is no {Kind}."),
        };

        Wire Ready(int number)
        {
            Wire wire = Open(number, 0);
            (wire as TlsWire)?.Handshake();
            return wire;
        }

        Wire Open(int number, nint session) =>
            tls is not null
                ? new TlsWire(tls, new LoopbackAddress(number), port, session)
                : new Wire(new LoopbackAddress(number), port);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
