namespace Akka.Reactor.Polling;

/// <summary>One thing that happened to one registration.</summary>
internal readonly record struct EngineEvent(Registration Registration, Readiness Readiness);
