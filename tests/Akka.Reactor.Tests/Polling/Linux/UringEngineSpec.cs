using Akka.Reactor.Polling;

namespace Akka.Reactor.Tests.Polling.Linux;

[Engine("io_uring")]
public sealed class UringEngineSpec() : EngineContractSpec(Platforms.Resolve("io_uring"));

/// <summary>The same with rings that are always too small: nothing may depend on their size but speed.</summary>
[Engine("io_uring")]
public sealed class TinyUringEngineSpec() : EngineContractSpec(new UringPlatform(UringPlatform.Tiny));
