using Akka.Reactor.Polling;

namespace Akka.Reactor.Simulated;

/// <summary>The system's side of a registration: which file, by which token, for what.</summary>
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

    /// <summary>True while the ready list holds it. The list's own.</summary>
    internal bool Listed { get; set; }

    private bool _ended;

    /// <summary>What there is to report now: what was asked for, and faults whether or not they were.</summary>
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
