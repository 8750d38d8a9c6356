namespace Akka.Reactor;

/// <summary>The engine asked for by <c>akka.reactor.engine</c> cannot run here.</summary>
public sealed class EngineNotAvailableException : ReactorException
{
    /// <summary>Names the engine and why it is not available.</summary>
    public EngineNotAvailableException(string engine, string reason)
        : base($"akka.reactor.engine = {engine} is not available: {reason}.")
    {
        Engine = engine;
    }

    /// <summary>The engine's name as it was asked for.</summary>
    public string Engine { get; }
}
