using Akka.Actor.Setup;

namespace Akka.Reactor.Simulated;

/// <summary>Says to which simulation an actor system belongs.</summary>
internal sealed class SimulationSetup(Driver driver) : Setup
{
    internal Driver Driver => driver;
}
