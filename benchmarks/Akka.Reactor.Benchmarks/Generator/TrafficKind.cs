namespace Akka.Reactor.Benchmarks.Generator;

/// <summary>What the generator does with its connections.</summary>
internal enum TrafficKind
{
    /// <summary>Messages that come back; see <see cref="EchoTraffic"/>.</summary>
    Echo,

    /// <summary>Connections of one message each; see <see cref="ChurnTraffic"/>.</summary>
    Churn,

    /// <summary>A stream to the server; see <see cref="OneWayTraffic"/>.</summary>
    Send,

    /// <summary>A stream from the server; see <see cref="OneWayTraffic"/>.</summary>
    Receive,
}
