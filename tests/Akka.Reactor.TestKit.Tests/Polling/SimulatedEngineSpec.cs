using System.Net;
using Akka.Reactor.Polling;
using Akka.Reactor.Tests.Polling;

namespace Akka.Reactor.Simulated.Tests.Polling;

/// <summary>The contract of engines, held by the simulated one; its clock goes on while somebody waits.</summary>
[Engine("simulated")]
public sealed class SimulatedEngineSpec : EngineContractSpec
{
    public SimulatedEngineSpec()
        : this(StandaloneNetwork.Create()) { }

    private SimulatedEngineSpec(SimulatedNetwork network)
        : base(StandaloneNetwork.Platform(network, EngineStyle.Readiness), network.Clock) { }
}

/// <summary>The same with an engine of the completion kind.</summary>
[Engine("simulated-completion")]
public sealed class SimulatedCompletionEngineSpec : EngineContractSpec
{
    public SimulatedCompletionEngineSpec()
        : this(StandaloneNetwork.Create()) { }

    private SimulatedCompletionEngineSpec(SimulatedNetwork network)
        : base(StandaloneNetwork.Platform(network, EngineStyle.Completion), network.Clock) { }
}

/// <summary>A simulated network without a simulation.</summary>
internal static class StandaloneNetwork
{
    internal static SimulatedNetwork Create(NetworkConditions? conditions = null, SimulatedFaults? faults = null)
    {
        VirtualClock clock = new();
        return new SimulatedNetwork(
            new SeededRandom(1),
            clock,
            faults ?? SimulatedFaults.None,
            conditions ?? NetworkConditions.Instant,
            new TraceLog(clock, 1000)
        );
    }

    internal static IPlatform Platform(SimulatedNetwork network, EngineStyle style) =>
        new SimulatedPlatform(network.Host(IPAddress.Parse("10.0.0.1")), style, new WaitingMovesTime(network));
}
