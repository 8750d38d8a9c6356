using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>Starts a peer's server in its own process.</summary>
internal static class ServerProcess
{
    internal static ChildProcess Start(Peer peer, ServerRequest request, int? cpu) =>
        peer.Create is null
            ? ChildProcess.StartProgram(CServer.Build(), [request.Service.ToString().ToLowerInvariant()], cpu)
            : ChildProcess.StartBuild(
                peer.Program,
                ["server", peer.ServerName, .. request.Arguments()],
                cpu,
                ServerSettings.Environment,
                peer.Environment
            );
}
