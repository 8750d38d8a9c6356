using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Comparison;
using Akka.Reactor.Benchmarks.Generator;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Idle;

/// <summary>One server process, and the generators that hold connections to it.</summary>
internal sealed class IdleServer : IAsyncDisposable
{
    private readonly ChildProcess _server;
    private readonly string _port;
    private readonly bool _tls;
    private readonly List<ChildProcess> _generators = [];

    private IdleServer(ChildProcess server, string port, bool tls)
    {
        _server = server;
        _port = port;
        _tls = tls;
    }

    internal static async Task<IdleServer> Start(Peer peer, bool tls, CancellationToken cancel)
    {
        ChildProcess server = ServerProcess.Start(peer, new ServerRequest(Service.Echo, tls, Lean: true), cpu: null);
        try
        {
            return new IdleServer(server, await server.ReadLine(ServerCommand.PortPrefix, cancel), tls);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the given number of further connections, and sends a message on each.</summary>
    internal async Task Hold(int connections, CancellationToken cancel)
    {
        GeneratorRequest request = new(TrafficKind.Echo, connections, Tls: _tls);
        ChildProcess generator = ChildProcess.Start(["generator", "--port", _port, .. request.Arguments()], cpu: null);
        _generators.Add(generator);
        await generator.ReadLine(GeneratorCommand.Ready, cancel);
        await Ask(generator, cancel);
    }

    /// <summary>Sends a message on every connection, and waits for its echo.</summary>
    internal async Task AskAll(CancellationToken cancel)
    {
        foreach (ChildProcess generator in _generators)
        {
            await Ask(generator, cancel);
        }
    }

    /// <summary>Returns the memory that the server uses now.</summary>
    internal async Task<MemoryUse> Memory(CancellationToken cancel)
    {
        await _server.WriteLine(ServerCommand.Memory);
        string[] answer = (await _server.ReadLine(ServerCommand.AnswerPrefix, cancel)).Split(' ');
        return new MemoryUse(
            long.Parse(answer[0], CultureInfo.InvariantCulture),
            long.Parse(answer[1], CultureInfo.InvariantCulture)
        );
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess generator in _generators)
        {
            await generator.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    // Runs a round of 0 seconds, which sends one message on each connection.
    private static async Task Ask(ChildProcess generator, CancellationToken cancel)
    {
        await generator.WriteLine("0");
        _ = GeneratorResult.Parse(await generator.ReadLine("", cancel));
    }
}
