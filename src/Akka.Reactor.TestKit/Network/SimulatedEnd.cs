using System.Net;
using Akka.Reactor.Polling;

namespace Akka.Reactor.Simulated;

/// <summary>One end of a connection on its host: its state, its addresses, and its peer.</summary>
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

    /// <summary>The other end. It is null until the connect has arrived at the remote host.</summary>
    internal SimulatedEnd? Peer { get; set; }

    /// <summary>The time until which earlier segments keep the line busy. Only the network uses it.</summary>
    internal long LineFreeAt { get; set; }

    /// <summary>The time at which the last segment arrives. Later segments do not overtake it. Only the network uses it.</summary>
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
