using Akka.Actor.Setup;

namespace Akka.Reactor.Simulated;

/// <summary>Holds the driver of the simulation to which an actor system belongs.</summary>
internal sealed class SimulationSetup(Driver driver) : Setup
{
    internal Driver Driver => driver;
}
