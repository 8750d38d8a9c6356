using System;

namespace Akka.Reactor;

/// <summary>A client's protocol failed, so that its connection was aborted.</summary>
public sealed class ProtocolCrashedException : ReactorException
{
    /// <summary>Carries what the protocol threw.</summary>
    public ProtocolCrashedException(Exception cause)
        : base($"The protocol failed: {cause.Message}", cause) { }
}

/// <summary>Code that is neither a protocol's nor a layer actor's threw while a client connected, such as the making of a layer.</summary>
public sealed class ConnectorCrashedException : ReactorException
{
    /// <summary>Carries what was thrown.</summary>
    public ConnectorCrashedException(Exception cause)
        : base($"Connecting failed unexpectedly: {cause.Message}", cause) { }
}
