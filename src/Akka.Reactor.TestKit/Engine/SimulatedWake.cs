using System.Threading;
using Akka.Reactor.Polling;

namespace Akka.Reactor.Simulated;

/// <summary>A loop's wake signal on a simulated host. Any thread can set it.</summary>
internal sealed class SimulatedWake : SimulatedFile, IWakeSignal
{
    private readonly SimulatedHost _host;

    // A loop that waits on a real thread needs this event. A driven loop never waits.
    private readonly ManualResetEventSlim _set = new();

    internal SimulatedWake(SimulatedHost host)
    {
        _host = host;
        host.Open(this);
    }

    /// <summary>The engine that waits for this signal. It is null while there is none.</summary>
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
