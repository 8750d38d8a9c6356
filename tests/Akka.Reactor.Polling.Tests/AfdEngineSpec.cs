namespace Akka.Reactor.Tests.Polling;

[Engine("afd")]
public sealed class AfdEngineSpec() : EngineContractSpec(Engines.ResolveOrSkip("afd")) { }
