using System;

namespace Akka.Reactor.Polling;

/// <summary>
/// The engine asked for cannot run here. The extension throws a configuration error in its place, which names the setting.
/// </summary>
/// <param name="engine">The engine's name as it was asked for.</param>
/// <param name="reason">Why it cannot run.</param>
/// <param name="variable">The environment variable that asked for the engine; null where the configuration did.</param>
internal sealed class EngineNotAvailableException(string engine, string reason, string? variable = null)
    : Exception($"is {engine}, which is not available: {reason}")
{
    internal string Engine { get; } = engine;

    internal string? Variable { get; } = variable;
}
