using System;
using System.CommandLine;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>
/// The command <c>server PEER</c>: runs one server in its own process. It prints <c>PORT n</c> and answers each
/// <c>allocated</c> and <c>memory</c> on its input. It ends when its input ends, so that it cannot outlive the process that
/// started it.
/// </summary>
internal static class ServerCommand
{
    internal const string PortPrefix = "PORT ";

    /// <summary>Asks for the total number of bytes allocated on the managed heap so far.</summary>
    internal const string Allocated = "allocated";

    /// <summary>Asks for the number of live bytes on the managed heap, and the resident set of the process in bytes.</summary>
    internal const string Memory = "memory";

    /// <summary>The prefix of the answers to <see cref="Allocated"/> and <see cref="Memory"/>.</summary>
    internal const string AnswerPrefix = "= ";

    private const int WrongUsage = 2;

    internal static Command Create()
    {
        Argument<string> peer = new("PEER") { Description = "Which server, by a name that load's --peers takes." };
        peer.AcceptOnlyFromAmong([.. Peer.All.Where(known => known.Create is not null).Select(known => known.Name)]);
        Option<int> port = new("--port") { Description = "0 lets the system choose.", DefaultValueFactory = _ => 0 };
        Command command = new("server", "One server alone, to profile it: runs until its input ends.");
        command.Add(peer);
        foreach (Option option in ServerRequest.Options)
        {
            command.Add(option);
        }

        command.Add(port);
        command.SetAction(parsed =>
        {
            Peer chosen = Peer.Named(parsed.GetRequiredValue(peer));
            ServerRequest request = ServerRequest.From(parsed);
            if (request.Service is Service.Relay != request.To is not null)
            {
                Console.Error.WriteLine("--to goes with --service Relay, and --service Relay needs it.");
                return WrongUsage;
            }

            if (!chosen.Serves(request))
            {
                Console.Error.WriteLine(
                    $"{chosen.Name} does not serve {request.Service}{(request.Tls ? " under TLS" : " without TLS")}."
                );
                return WrongUsage;
            }

            return Run(chosen, request, parsed.GetValue(port)).GetAwaiter().GetResult();
        });
        return command;
    }

    private static async Task<int> Run(Peer peer, ServerRequest request, int port)
    {
        // Ctrl-C reaches the whole process group. This process ignores it, because the comparison ends its child processes
        // in order.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(
            PosixSignal.SIGINT,
            static context => context.Cancel = true
        );
        await using IPeerServer server = peer.Create!(request);
        Console.Out.WriteLine($"{PortPrefix}{await server.Start(port)}");
        AnswerUntilEndOfInput();
        return 0;
    }

    // The thread sleeps in read(), which costs the server nothing.
    private static void AnswerUntilEndOfInput()
    {
        while (Console.In.ReadLine() is { } line)
        {
            switch (line)
            {
                case Allocated:
                    Console.Out.WriteLine($"{AnswerPrefix}{GC.GetTotalAllocatedBytes(precise: true)}");
                    break;
                case Memory:
                    Console.Out.WriteLine($"{AnswerPrefix}{Live()} {Environment.WorkingSet}");
                    break;
                default:
                    Console.Error.WriteLine($"'{line}' is unknown; there are {Allocated} and {Memory}.");
                    break;
            }
        }
    }

    private static long Live()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
