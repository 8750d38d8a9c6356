using System;
using System.IO;
using System.Threading.Tasks;

namespace Akka.Reactor.Interop.Tests;

/// <summary>The client of <c>Peers/tls_peer.c</c>, compiled when it is first needed.</summary>
internal static class TlsPeerProgram
{
    private static readonly Lazy<Task<string>> s_program = new(Build);

    /// <summary>Runs the client to its end.</summary>
    /// <param name="server">The echo server, on this machine.</param>
    /// <param name="mode">What it does; see the source.</param>
    /// <param name="count">How often.</param>
    internal static async Task<PeerResult> Run(HostProcess server, string mode, int count) =>
        await PeerProcess.Run(await s_program.Value, server.Port("echo"), mode, $"{count}");

    private static async Task<string> Build()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "tls_peer");
        (
            await PeerProcess.Run(
                "gcc",
                "-O2",
                "-Wall",
                "-o",
                program,
                PeerProcess.Script("tls_peer.c"),
                "-lssl",
                "-lcrypto"
            )
        ).AssertSucceeded();
        return program;
    }
}
