using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Load;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>One peer in the comparison: its server on one processor, its load generator on another, both kept over all rounds.</summary>
internal sealed class Contestant : IAsyncDisposable
{
    private readonly ChildProcess _server;
    private readonly ChildProcess _load;

    private Contestant(Peer peer, ChildProcess server, ChildProcess load)
    {
        Peer = peer;
        _server = server;
        _load = load;
    }

    internal Peer Peer { get; }

    internal List<Measurement> Measurements { get; } = [];

    internal static async Task<Contestant> Start(
        Peer peer,
        EchoOptions options,
        Processors processors,
        CancellationToken cancel
    )
    {
        ChildProcess server = ChildProcess.Start(
            ["server", peer.Name],
            processors.Server,
            ServerSettings.Environment,
            peer.Environment
        );
        try
        {
            string port = await server.ReadLine(ServerCommand.PortPrefix, cancel);
            ChildProcess load = ChildProcess.Start(
                [
                    "load",
                    "--port",
                    port,
                    "--connections",
                    Text(options.Connections),
                    "--size",
                    Text(options.Size),
                    "--pipeline",
                    Text(options.Pipeline),
                ],
                processors.Load
            );
            try
            {
                await load.ReadLine(LoadCommand.Ready, cancel);
                return new Contestant(peer, server, load);
            }
            catch
            {
                await load.DisposeAsync();
                throw;
            }
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    internal async Task<Measurement> Run(TimeSpan time, CancellationToken cancel)
    {
        TimeSpan before = _server.Cpu.Read();
        await _load.WriteLine(time.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        LoadResult result = LoadResult.Parse(await _load.ReadLine("", cancel));
        return new Measurement(result, _server.Cpu.Read() - before);
    }

    public async ValueTask DisposeAsync()
    {
        await _load.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
