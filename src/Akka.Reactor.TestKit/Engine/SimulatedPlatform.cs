using Akka.Reactor.Polling;
using Akka.Reactor.Polling.Sockets;

namespace Akka.Reactor.Simulated;

/// <summary>A simulated host as a platform.</summary>
internal sealed class SimulatedPlatform(SimulatedHost host, EngineStyle style, IWaiting waiting) : IPlatform
{
    public string EngineName => "simulated";

    public ISockets Sockets => host;

    public IWakeSignal CreateWakeSignal() => new SimulatedWake(host);

    public IEngine CreateEngine(IWakeSignal wake)
    {
        // By its descriptor, as a system would: the signal itself may be wrapped.
        SimulatedWake signal = (SimulatedWake)host.At(wake.Descriptor)!;
        return style == EngineStyle.Completion
            ? new SimulatedCompletionEngine(host, signal, waiting)
            : new SimulatedEngine(host, signal, waiting);
    }
}
