namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>The kind of load that the generator makes on its connections.</summary>
internal enum TrafficKind
{
    /// <summary>Messages that the server sends back; see <see cref="EchoTraffic"/>.</summary>
    Echo,

    /// <summary>Connections of one message each; see <see cref="ChurnTraffic"/>.</summary>
    Churn,

    /// <summary>A stream to the server; see <see cref="OneWayTraffic"/>.</summary>
    Send,

    /// <summary>A stream from the server; see <see cref="OneWayTraffic"/>.</summary>
    Receive,
}
