using System;
using System.CommandLine;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>
/// <c>server PEER</c>: one echo server as a process of its own. Prints <c>PORT n</c>, and ends with its input, so that it
/// cannot outlive whoever started it.
/// </summary>
internal static class ServerCommand
{
    internal const string PortPrefix = "PORT ";

    internal static Command Create()
    {
        Argument<string> peer = new("PEER") { Description = "Which server, by a name that echo's --peers takes." };
        peer.AcceptOnlyFromAmong([.. Peer.Names]);
        Option<int> port = new("--port") { Description = "0 lets the system choose.", DefaultValueFactory = _ => 0 };
        Command command = new("server", "One echo server alone, to profile it: runs until its input ends.");
        command.Add(peer);
        command.Add(port);
        command.SetAction(parsed =>
            Run(Peer.Named(parsed.GetRequiredValue(peer)), parsed.GetValue(port)).GetAwaiter().GetResult()
        );
        return command;
    }

    private static async Task<int> Run(Peer peer, int port)
    {
        // Ctrl-C reaches the whole process group; the comparison ends its children in order.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(
            PosixSignal.SIGINT,
            static context => context.Cancel = true
        );
        await using IEchoServer server = peer.Create();
        Console.Out.WriteLine($"{PortPrefix}{await server.Start(port)}");
        WaitForEndOfInput();
        return 0;
    }

    // A thread that sleeps in read(): it costs the server nothing.
    private static void WaitForEndOfInput()
    {
        while (Console.In.ReadLine() is not null) { }
    }
}
