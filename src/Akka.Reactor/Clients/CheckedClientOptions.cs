using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Clients;

/// <summary>
/// The checked options of a client. The configuration's defaults replace the values that the options leave out. The
/// manager also accepts this record as a message, with the same answer as to a <see cref="StartClient"/>.
/// </summary>
/// <param name="Options">The options as given.</param>
/// <param name="EndPoints">The parsed end points; at least one.</param>
/// <param name="Connect">The connect options of the client, or the configuration's defaults.</param>
/// <param name="Reconnect">The reconnect options of the client, or the configuration's defaults.</param>
internal sealed record CheckedClientOptions(
    ClientOptions Options,
    IReadOnlyList<ReactorEndPoint> EndPoints,
    ConnectOptions Connect,
    ReconnectOptions Reconnect
) : INoSerializationVerificationNeeded;
