namespace Akka.Reactor;

/// <summary>What a <see cref="Simulation"/> is like beyond its seed.</summary>
public sealed record SimulationOptions
{
    /// <summary>A network without faults under epoll-like pollers.</summary>
    public static SimulationOptions Default { get; } = new();

    /// <summary>How the network treats what is sent. Default <see cref="NetworkConditions.Default"/>.</summary>
    public NetworkConditions Conditions { get; init; } = NetworkConditions.Default;

    /// <summary>What goes wrong. Default <see cref="SimulatedFaults.None"/>.</summary>
    public SimulatedFaults Faults { get; init; } = SimulatedFaults.None;

    /// <summary>Which kind of poller the systems wait in. Default <see cref="EngineStyle.Readiness"/>.</summary>
    public EngineStyle Engine { get; init; } = EngineStyle.Readiness;

    /// <summary>How many lines of the trace are kept, the last ones; 0 keeps none. Default 100,000.</summary>
    public int TraceCapacity { get; init; } = 100_000;
}
