using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;

namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>What a generator is asked to do; travels as options on its command line.</summary>
/// <param name="Kind">What kind of load.</param>
/// <param name="Connections">Open at a time, all busy.</param>
/// <param name="Idle">Opened before them, and left alone.</param>
/// <param name="Size">Bytes of a message.</param>
/// <param name="Pipeline">Messages under way on every connection.</param>
/// <param name="Tls">Whether connections speak TLS.</param>
/// <param name="Resume">Whether they resume sessions.</param>
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

    /// <summary>Opens the connections. The load that results owns them.</summary>
    /// <param name="port">The server's, on 127.0.0.1.</param>
    /// <param name="tls">Null without <see cref="Tls"/>; stays the caller's and must outlive the load.</param>
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
