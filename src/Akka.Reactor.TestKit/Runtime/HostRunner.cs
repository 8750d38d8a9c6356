using System;
using Akka.Reactor.EventLoop;

namespace Akka.Reactor.Simulated;

/// <summary>Passes the loops of the systems on one host to the driver, which runs them.</summary>
internal sealed class HostRunner(Driver driver, SimulatedHost host) : ILoopRunner
{
    // The wake signal is found by its descriptor, because the signal object may be wrapped.
    public void Start(ReactorLoop loop) => driver.Start(loop, (SimulatedWake)host.At(loop.WakeSignal.Descriptor)!);

    // The work runs in its turn on the simulation's thread. A blocking call in it blocks the simulation, and takes no
    // virtual time.
    public void Offload(Action work) => driver.Execute(new ActionRun(work));
}
