using System;
using System.Net;
using Akka.Reactor.Polling;
using Akka.Reactor.Tests.Polling;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Polling;

/// <summary>The contract of engines, held by the simulated one; its clock goes on while somebody waits.</summary>
[Engine("simulated")]
public sealed class SimulatedEngineSpec : EngineContractSpec
{
    public SimulatedEngineSpec()
        : this(StandaloneNetwork.Create()) { }

    private SimulatedEngineSpec(SimulatedNetwork network)
        : base(StandaloneNetwork.Platform(network, EngineStyle.Readiness), network.Clock) { }

    [Fact]
    public void Events_of_registrations_that_are_gone_are_dropped_and_counted()
    {
        SimulatedNetwork network = StandaloneNetwork.Create(faults: new SimulatedFaults { StaleEvent = 1 });
        using EngineFixture fixture = new(StandaloneNetwork.Platform(network, EngineStyle.Readiness));
        for (int i = 0; i < 10; i++)
        {
            (Registration one, Registration other) = fixture.Pair();
            fixture.Close(one);
            fixture.Close(other);
        }

        fixture.AssertQuiet();
        Assert.Equal(20, ((SimulatedEngine)fixture.Engine).Table.StaleEvents);
    }

    [Fact]
    public void A_wait_without_end_lets_the_network_go_on()
    {
        NetworkConditions slow = new() { Latency = TimeSpan.FromHours(1) };
        SimulatedNetwork network = StandaloneNetwork.Create(slow);
        using EngineFixture fixture = new(StandaloneNetwork.Platform(network, EngineStyle.Readiness));
        fixture.Dial();
        fixture.Engine.SetInterest(fixture.Listener, Interest.Read);
        Assert.Same(fixture.Listener, Assert.Single(fixture.Wait(-1)).Registration);
        Assert.Equal(TimeSpan.FromHours(1).Ticks, network.Clock.Ticks);
    }
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
