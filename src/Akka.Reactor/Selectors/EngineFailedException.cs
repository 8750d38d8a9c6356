using System;

namespace Akka.Reactor;

/// <summary>An engine threw while its loop waited in it; the selector is restarted with a fresh one.</summary>
public sealed class EngineFailedException : ReactorException
{
    /// <summary>Wraps what the engine threw.</summary>
    public EngineFailedException(Exception cause)
        : base($"The engine failed: {cause.Message}", cause) { }
}
