using System.Net;
using Akka.Reactor.Polling;

namespace Akka.Reactor.Simulated;

/// <summary>One end of a connection in its place: its state, its host, the way to the other end.</summary>
internal sealed class SimulatedEnd(
    SimulatedNetwork network,
    SimulatedHost host,
    IPEndPoint local,
    IPEndPoint remote,
    NetworkConditions conditions
) : SimulatedFile
{
    internal SimulatedHost Host => host;

    internal IPEndPoint Local => local;

    internal IPEndPoint Remote => remote;

    internal NetworkConditions Conditions => conditions;

    internal SimulatedConnection State { get; } = new(conditions.SendBuffer, conditions.ReceiveBuffer);

    /// <summary>Null until its connect has arrived.</summary>
    internal SimulatedEnd? Peer { get; set; }

    /// <summary>Until when what was sent before keeps the line busy. The network's own.</summary>
    internal long LineFreeAt { get; set; }

    /// <summary>When the last thing sent arrives: nothing sent later overtakes it. The network's own.</summary>
    internal long LastArrival { get; set; }

    internal override Readiness Level => State.Level;

    public override string ToString() => Descriptor < 0 ? $"{local}>{remote}" : $"{local}>{remote} #{Descriptor}";

    protected override void OnClose(bool reset)
    {
        if (reset ? State.Abort() : State.Close())
        {
            network.SendReset(this);
        }
        else
        {
            network.Transmit(this);
        }
    }
}
