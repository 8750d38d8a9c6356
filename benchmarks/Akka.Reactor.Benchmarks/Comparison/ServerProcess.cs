using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>Starts the server of a peer as its own process.</summary>
internal static class ServerProcess
{
    private const string HostPortPrefix = "echo ";

    internal static ChildProcess Start(Peer peer, ServerRequest request, int? cpu)
    {
        if (peer.IsHost)
        {
            return StartHost(peer, cpu);
        }

        return peer.Create is null
            ? ChildProcess.StartProgram(CServer.Build(), [request.Service.ToString().ToLowerInvariant()], cpu)
            : ChildProcess.StartBuild(
                peer.Program,
                ["server", peer.ServerName, .. request.Arguments()],
                cpu,
                ServerSettings.Environment,
                peer.Environment
            );
    }

    /// <summary>Waits until the server listens, and returns its port.</summary>
    internal static async Task<string> ReadPort(ChildProcess server, Peer peer, CancellationToken cancel) =>
        peer.IsHost
            ? (await server.ReadLine(HostPortPrefix, cancel)).Split(':')[^1].Trim()
            : await server.ReadLine(ServerCommand.PortPrefix, cancel);

    // As a user starts it; only the limits are those of the other servers.
    private static ChildProcess StartHost(Peer peer, int? cpu) =>
        ChildProcess.StartForeign(
            "dotnet",
            [
                "exec",
                Path.Combine(AppContext.BaseDirectory, "ReactorHost.dll"),
                "echo",
                "--listen",
                "127.0.0.1:0",
                "--max-connections",
                "100000",
                "--idle-timeout",
                "1h",
            ],
            cpu,
            ServerSettings.Environment,
            peer.Environment
        );
}
