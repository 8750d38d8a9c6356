using System;

namespace Akka.Reactor.Clients;

/// <summary>
/// Code that is neither a protocol's nor a layer actor's threw while a client connected, such as a function that makes a layer.
/// </summary>
internal sealed class ConnectorCrashedException(Exception cause)
    : ReactorException($"Connecting failed unexpectedly: {cause.Message}", cause);
