using System;

namespace Akka.Reactor.Clients;

/// <summary>
/// Code that belongs neither to a protocol nor to a layer actor threw while a client was connecting, for example a function
/// that creates a layer.
/// </summary>
internal sealed class ConnectorCrashedException(Exception cause)
    : ReactorException($"Connecting failed unexpectedly: {cause.Message}", cause)
{
    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.LayerCrash;
}
