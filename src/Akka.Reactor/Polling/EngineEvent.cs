namespace Akka.Reactor.Polling;

/// <summary>The readiness that an engine reports for one registration.</summary>
internal readonly record struct EngineEvent(Registration Registration, Readiness Readiness);
