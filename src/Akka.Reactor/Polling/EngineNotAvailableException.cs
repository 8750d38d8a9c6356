using System;

namespace Akka.Reactor.Polling;

/// <summary>
/// The requested engine cannot run here. Instead of this exception, the extension throws a configuration error that names the
/// setting.
/// </summary>
/// <param name="engine">The engine's name as it was requested.</param>
/// <param name="reason">Why the engine cannot run.</param>
/// <param name="variable">The environment variable that requested the engine; null if the configuration requested it.</param>
internal sealed class EngineNotAvailableException(string engine, string reason, string? variable = null)
    : Exception($"is {engine}, which is not available: {reason}")
{
    internal string Engine { get; } = engine;

    internal string? Variable { get; } = variable;
}
