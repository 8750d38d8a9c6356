using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Simulated;

/// <summary>The platform of a simulated host.</summary>
internal sealed class SimulatedPlatform(SimulatedHost host, EngineStyle style, IWaiting waiting) : IPlatform
{
    public string EngineName => "simulated";

    public ISockets Sockets => host;

    public IWakeSignal CreateWakeSignal() => new SimulatedWake(host);

    public IEngine CreateEngine(IWakeSignal wake)
    {
        // The wake signal is found by its descriptor, as in a real system, because the signal object may be wrapped.
        SimulatedWake signal = (SimulatedWake)host.At(wake.Descriptor)!;
        return style == EngineStyle.Completion
            ? new SimulatedCompletionEngine(host, signal, waiting)
            : new SimulatedEngine(host, signal, waiting);
    }
}
