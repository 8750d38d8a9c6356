using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Generator;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>
/// A running entry: its server on one processor, and its generator on another. Both processes are kept over all rounds.
/// </summary>
internal sealed class Contestant : IAsyncDisposable
{
    private readonly ChildProcess _server;
    private readonly ChildProcess _generator;
    private readonly List<Measurement> _rounds = [];

    private Contestant(Entry entry, ChildProcess server, ChildProcess generator)
    {
        Entry = entry;
        _server = server;
        _generator = generator;
    }

    internal Entry Entry { get; }

    internal IReadOnlyList<Measurement> Rounds => _rounds;

    internal static async Task<Contestant> Start(
        Entry entry,
        ServerRequest request,
        Processors processors,
        CancellationToken cancel
    )
    {
        ChildProcess server = ServerProcess.Start(entry.Peer, request, entry.AllProcessors ? null : processors.Server);
        try
        {
            string port = await ServerProcess.ReadPort(server, entry.Peer, cancel);
            ChildProcess generator = ChildProcess.Start(
                ["generator", "--port", port, .. entry.Load.Arguments()],
                processors.Load
            );
            try
            {
                await generator.ReadLine(GeneratorCommand.Ready, cancel);
                return new Contestant(entry, server, generator);
            }
            catch
            {
                await generator.DisposeAsync();
                throw;
            }
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs one round and does not keep the result.</summary>
    internal async Task<Measurement> Run(TimeSpan time, CancellationToken cancel)
    {
        long? allocated = await Allocated(cancel);
        TimeSpan cpu = _server.Cpu.Read();
        await _generator.WriteLine(time.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        GeneratorResult result = GeneratorResult.Parse(await _generator.ReadLine("", cancel));
        TimeSpan used = _server.Cpu.Read() - cpu;
        return new Measurement(result, used, await Allocated(cancel) - allocated);
    }

    /// <summary>Runs one round and keeps the result.</summary>
    internal async Task<Measurement> Measure(TimeSpan time, CancellationToken cancel)
    {
        Measurement measurement = await Run(time, cancel);
        _rounds.Add(measurement);
        return measurement;
    }

    /// <summary>
    /// Returns the spread of the ratios. Each ratio is taken within one round, because measurements that are close in time
    /// have met the same noise.
    /// </summary>
    internal Spread CpuTo(Contestant reference) =>
        Spread.Of(_rounds.Zip(reference._rounds, (own, other) => own.CpuPerOperation / other.CpuPerOperation));

    /// <summary>Returns the latencies of all rounds together.</summary>
    internal LatencyHistogram PooledLatency()
    {
        LatencyHistogram pooled = new();
        foreach (Measurement round in _rounds)
        {
            pooled.Add(round.Load.Latency);
        }

        return pooled;
    }

    public async ValueTask DisposeAsync()
    {
        await _generator.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task<long?> Allocated(CancellationToken cancel)
    {
        if (Entry.Peer.Create is null)
        {
            return null;
        }

        await _server.WriteLine(ServerCommand.Allocated);
        return long.Parse(await _server.ReadLine(ServerCommand.AnswerPrefix, cancel), CultureInfo.InvariantCulture);
    }
}
