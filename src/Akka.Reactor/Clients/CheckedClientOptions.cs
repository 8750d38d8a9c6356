using System.Collections.Generic;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Clients;

/// <summary>A client's options, checked, with the configuration's defaults in the place of what they leave out.</summary>
/// <param name="Options">As given.</param>
/// <param name="EndPoints">At least one.</param>
/// <param name="Connect">The options' or the defaults.</param>
/// <param name="Reconnect">The options' or the defaults.</param>
internal sealed record CheckedClientOptions(
    ClientOptions Options,
    IReadOnlyList<ReactorEndPoint> EndPoints,
    ConnectOptions Connect,
    ReconnectOptions Reconnect
);
