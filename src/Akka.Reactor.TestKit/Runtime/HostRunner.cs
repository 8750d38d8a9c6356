using System;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Simulated;

/// <summary>Leaves the loops of one host's systems to the driver.</summary>
internal sealed class HostRunner(Driver driver, SimulatedHost host) : ILoopRunner
{
    // By its descriptor: the signal itself may be wrapped.
    public void Start(ReactorLoop loop) => driver.Start(loop, (SimulatedWake)host.At(loop.WakeSignal.Descriptor)!);

    // In its turn, on the simulation's thread: what blocks there blocks the simulation, and takes no virtual time.
    public void Offload(Action work) => driver.Execute(new ActionRun(work));
}
