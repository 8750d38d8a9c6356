using Akka.Reactor.Polling;

namespace Akka.Reactor.Simulated;

/// <summary>A descriptor that is open only to reserve its number.</summary>
internal sealed class SimulatedReserve : SimulatedFile
{
    internal override Readiness Level => Readiness.None;

    public override string ToString() => $"reserve #{Descriptor}";

    protected override void OnClose(bool reset) { }
}
