using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Comparison;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Relay;

/// <summary>A running relay, whose process is kept over all rounds.</summary>
internal sealed class RelayContestant : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly int _port;
    private readonly List<RelayRound> _rounds = [];

    private RelayContestant(string name, ChildProcess process, int port)
    {
        Name = name;
        _process = process;
        _port = port;
    }

    internal string Name { get; }

    internal IReadOnlyList<RelayRound> Rounds => _rounds;

    /// <summary>Starts haproxy in TCP mode, on one thread like the other relays.</summary>
    internal static async Task<RelayContestant> HaProxy(
        DirectoryInfo folder,
        int target,
        int? cpu,
        CancellationToken cancel
    )
    {
        PeerProgram program = await PeerProgram.HaProxy(folder, target, cpu, cancel);
        return new RelayContestant("haproxy", program.Process, program.Port);
    }

    /// <summary>Starts a relay of this library.</summary>
    internal static async Task<RelayContestant> Of(Peer peer, int target, int? cpu, CancellationToken cancel)
    {
        ServerRequest request = new(Service.Relay) { To = $"tcp://127.0.0.1:{target}" };
        ChildProcess process = ServerProcess.Start(peer, request, cpu);
        try
        {
            string port = await process.ReadLine(ServerCommand.PortPrefix, cancel);
            return new RelayContestant(peer.Name, process, int.Parse(port, CultureInfo.InvariantCulture));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    internal async Task Measure(Wrk load, CancellationToken cancel) => _rounds.Add(await Run(load, cancel));

    internal async Task<RelayRound> Run(Wrk load, CancellationToken cancel)
    {
        TimeSpan before = _process.Cpu.Read();
        long requests = await load.Run(_port, cancel);
        TimeSpan used = _process.Cpu.Read() - before;
        return new RelayRound(used.TotalMicroseconds / requests, requests / load.Time.TotalSeconds);
    }

    /// <summary>
    /// Returns the spread of the ratios. Each ratio is taken within one round, because measurements that are close in time
    /// have met the same noise.
    /// </summary>
    internal Spread CpuTo(RelayContestant other) =>
        Spread.Of(_rounds.Zip(other._rounds, (own, its) => own.CpuPerRequest / its.CpuPerRequest));

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
