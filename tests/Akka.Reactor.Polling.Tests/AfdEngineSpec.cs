namespace Akka.Reactor.Tests.Polling;

[Engine("afd")]
public sealed class AfdEngineSpec() : EngineContractSpec(Engines.ResolveOrSkip("afd"))
{
    // Windows clears SO_ERROR when it was asked for, Wine 8 keeps that of a failed connect.
    private protected override bool TakesErrorsOnce => !Wine.IsRunning;
}
