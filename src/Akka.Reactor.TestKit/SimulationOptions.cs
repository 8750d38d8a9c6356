namespace Akka.Reactor;

/// <summary>The settings of a <see cref="Simulation"/> other than its seed.</summary>
public sealed record SimulationOptions
{
    /// <summary>The default options: a network without faults, and pollers that report readiness as epoll does.</summary>
    public static SimulationOptions Default { get; } = new();

    /// <summary>
    /// The latency, rate and buffer sizes of the network. The default is <see cref="NetworkConditions.Default"/>.
    /// </summary>
    public NetworkConditions Conditions { get; init; } = NetworkConditions.Default;

    /// <summary>The faults that the simulation injects. The default is <see cref="SimulatedFaults.None"/>.</summary>
    public SimulatedFaults Faults { get; init; } = SimulatedFaults.None;

    /// <summary>The kind of poller that the systems use. The default is <see cref="EngineStyle.Readiness"/>.</summary>
    public EngineStyle Engine { get; init; } = EngineStyle.Readiness;

    /// <summary>The number of trace lines that are kept; older lines are dropped. 0 keeps none. The default is 100,000.</summary>
    public int TraceCapacity { get; init; } = 100_000;
}
