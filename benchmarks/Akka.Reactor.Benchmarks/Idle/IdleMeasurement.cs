using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Idle;

/// <summary>
/// Opens connections to one or more servers and sends one message on each. Leaves the connections idle, then sends one more
/// message on each. Reports the memory that each costs meanwhile, and whether all have answered.
/// </summary>
internal sealed class IdleMeasurement(
    Peer peer,
    int connections,
    int processes,
    TimeSpan hold,
    bool tls,
    TextWriter output
)
{
    // The number of connections that are opened before the first measurement, so that the one-time cost of the first
    // connections is not counted.
    private const int First = 200;

    /// <summary>
    /// Runs the measurement and returns the cost of one connection. A connection that does not answer ends it with an
    /// exception.
    /// </summary>
    internal async Task<IdleCost> Run(CancellationToken cancel)
    {
        List<IdleServer> servers = [];
        try
        {
            for (int number = 0; number < processes; number++)
            {
                servers.Add(await IdleServer.Start(peer, tls, cancel));
                await servers[^1].Hold(First, cancel);
            }

            MemoryUse[] before = await Measure(servers, cancel);
            for (int number = 0; number < processes; number++)
            {
                int share = (connections / processes) + (number < connections % processes ? 1 : 0);
                await servers[number].Hold(share, cancel);
                output.WriteLine($"process {number + 1}: {share} connections open, each has answered");
            }

            MemoryUse[] held = await Measure(servers, cancel);
            output.WriteLine();
            output.WriteLine($"| {peer.Name}{(tls ? ", TLS" : "")} | bytes per connection |");
            output.WriteLine("|---|---|");
            IdleCost cost = new(
                PerConnection(before, held, use => use.Managed),
                PerConnection(before, held, use => use.Resident)
            );
            output.WriteLine($"| managed heap | {cost.Managed:F0} |");
            output.WriteLine($"| resident set | {cost.Resident:F0} |");
            output.WriteLine();
            output.WriteLine($"held for {hold}");
            await Task.Delay(hold, cancel);
            foreach (IdleServer server in servers)
            {
                await server.AskAll(cancel);
            }

            output.WriteLine($"all {connections} have answered once more, none was lost");
            output.WriteLine();
            return cost;
        }
        finally
        {
            foreach (IdleServer server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    private static async Task<MemoryUse[]> Measure(List<IdleServer> servers, CancellationToken cancel)
    {
        List<MemoryUse> uses = [];
        foreach (IdleServer server in servers)
        {
            uses.Add(await server.Memory(cancel));
        }

        return [.. uses];
    }

    private double PerConnection(MemoryUse[] before, MemoryUse[] held, Func<MemoryUse, long> figure) =>
        (held.Sum(figure) - before.Sum(figure)) / (double)connections;
}
