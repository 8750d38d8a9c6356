using System.Threading;
using Akka.Reactor.Polling;

namespace Akka.Reactor.Simulated;

/// <summary>A loop's wake signal on a simulated host. Set by any thread.</summary>
internal sealed class SimulatedWake : SimulatedFile, IWakeSignal
{
    private readonly SimulatedHost _host;

    // For a loop that has a real thread to wait with; a driven loop never waits.
    private readonly ManualResetEventSlim _set = new();

    internal SimulatedWake(SimulatedHost host)
    {
        _host = host;
        host.Open(this);
    }

    /// <summary>Who waits in which engine for it; null while there is none.</summary>
    internal IReadySource? Engine { get; set; }

    internal bool IsSet => _set.IsSet;

    internal override Readiness Level => IsSet ? Readiness.Readable : Readiness.None;

    nint IWakeSignal.Descriptor => Descriptor;

    public void Set() => _set.Set();

    public void Clear() => _set.Reset();

    public void Wait(int timeoutMilliseconds)
    {
        _set.Wait(timeoutMilliseconds);
        _set.Reset();
    }

    public void Dispose() => _host.Close(Descriptor, reset: false);

    public override string ToString() => $"{_host.Address} wake signal #{Descriptor}";

    protected override void OnClose(bool reset) { }
}
