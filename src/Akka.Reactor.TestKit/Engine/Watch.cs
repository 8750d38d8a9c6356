using Akka.Reactor.Polling;

namespace Akka.Reactor.Simulated;

/// <summary>The system's side of a registration: its file, its token and its interest.</summary>
internal sealed class Watch
{
    private readonly ReadyList _ready;

    internal Watch(SimulatedFile file, ulong token, ReadyList ready)
    {
        File = file;
        Token = token;
        _ready = ready;
        file.Changed += Touch;
    }

    internal SimulatedFile File { get; }

    internal ulong Token { get; }

    internal Interest Interest { get; private set; }

    /// <summary>True while the ready list contains this watch. Only the list uses this property.</summary>
    internal bool Listed { get; set; }

    private bool _ended;

    /// <summary>The readiness to report now: the flags that the interest includes, and faults in any case.</summary>
    internal Readiness Readiness =>
        _ended || !File.IsOpen ? Readiness.None : File.Level & ((Readiness)Interest | Readiness.Fault);

    internal void SetInterest(Interest interest)
    {
        Interest = interest;
        Touch();
    }

    internal void End()
    {
        _ended = true;
        File.Changed -= Touch;
    }

    private void Touch() => _ready.Add(this);
}
