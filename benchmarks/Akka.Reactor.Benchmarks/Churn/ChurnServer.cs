using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Comparison;
using Akka.Reactor.Benchmarks.Generator;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Churn;

/// <summary>
/// One server process, the generator that opens and closes connections to it, and the server's resident set after every
/// round.
/// </summary>
internal sealed class ChurnServer : IAsyncDisposable
{
    // The number of connections under way at a time.
    private const int Connections = 50;

    // The time after which the server has given back all memory that it gives back, because collections and idle pool
    // threads depend on timers.
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(5);

    private readonly ChildProcess _server;
    private readonly ChildProcess _generator;
    private readonly List<long> _resident = [];

    private ChurnServer(string name, ChildProcess server, ChildProcess generator)
    {
        Name = name;
        _server = server;
        _generator = generator;
    }

    internal string Name { get; }

    /// <summary>The number of bytes by which the resident set has grown since before the first round, for each round.</summary>
    internal IReadOnlyList<long> Growth => [.. _resident.Skip(1).Select(bytes => bytes - _resident[0])];

    /// <summary>The number of connections that were made and ended.</summary>
    internal long Churned { get; private set; }

    internal static async Task<ChurnServer> Start(Peer peer, CancellationToken cancel)
    {
        ChildProcess server = ServerProcess.Start(peer, new ServerRequest(Service.Echo), cpu: null);
        ChildProcess? generator = null;
        try
        {
            string port = await server.ReadLine(ServerCommand.PortPrefix, cancel);
            GeneratorRequest request = new(TrafficKind.Churn, Connections);
            generator = ChildProcess.Start(["generator", "--port", port, .. request.Arguments()], cpu: null);
            await generator.ReadLine(GeneratorCommand.Ready, cancel);
            ChurnServer started = new(peer.Name, server, generator);
            await Task.Delay(s_settling, cancel);
            started.Measure();
            return started;
        }
        catch
        {
            await (generator?.DisposeAsync() ?? default);
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes and ends connections for the given time, then measures the resident set.</summary>
    internal async Task Churn(TimeSpan time, CancellationToken cancel)
    {
        await _generator.WriteLine(time.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        Churned += GeneratorResult.Parse(await _generator.ReadLine("", cancel)).Operations;
        await Task.Delay(s_settling, cancel);
        Measure();
    }

    public async ValueTask DisposeAsync()
    {
        await _generator.DisposeAsync();
        await _server.DisposeAsync();
    }

    private void Measure()
    {
        // "VmRSS:	   88464 kB"
        string line = File.ReadLines($"/proc/{_server.Id}/status")
            .First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        string kibibytes = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1];
        _resident.Add(long.Parse(kibibytes, CultureInfo.InvariantCulture) * 1024);
    }
}
