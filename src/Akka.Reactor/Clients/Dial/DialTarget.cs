using Akka.Reactor.Diagnostics;
using Akka.Reactor.Selectors;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Clients.Dial;

/// <summary>An end point, and how one connection to it is made.</summary>
/// <param name="EndPoint">The end point to connect to.</param>
/// <param name="Options">The options of the connection.</param>
/// <param name="Selector">The selector whose loop dials and runs the connection.</param>
/// <param name="Resolver">Resolves names, unless the options name another resolver.</param>
/// <param name="Metrics">The metrics of the connection.</param>
internal sealed record DialTarget(
    ReactorEndPoint EndPoint,
    ConnectOptions Options,
    Selector Selector,
    INameResolver Resolver,
    ConnectionMetrics Metrics
);
