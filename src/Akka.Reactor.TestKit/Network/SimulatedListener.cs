using System.Collections.Generic;
using System.Net;
using Akka.Reactor.Polling;

namespace Akka.Reactor.Simulated;

/// <summary>A listening socket, with the established connections in its accept queue.</summary>
internal sealed class SimulatedListener(SimulatedHost host, IPEndPoint local, int backlog) : SimulatedFile
{
    private readonly Queue<SimulatedEnd> _waiting = new();

    internal IPEndPoint Local => local;

    internal bool HasRoom => _waiting.Count < backlog;

    internal override Readiness Level => _waiting.Count > 0 ? Readiness.Readable : Readiness.None;

    internal void Add(SimulatedEnd end)
    {
        _waiting.Enqueue(end);
        Changed?.Invoke();
    }

    internal SimulatedEnd? Take() => _waiting.TryDequeue(out SimulatedEnd? end) ? end : null;

    public override string ToString() => $"{local} listening #{Descriptor}";

    protected override void OnClose(bool reset)
    {
        host.Unlisten(this);
        while (Take() is { } end)
        {
            end.Close(reset: true);
        }
    }
}
