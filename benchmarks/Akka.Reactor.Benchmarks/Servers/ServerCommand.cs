using System;
using System.CommandLine;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading.Tasks;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>
/// <c>server PEER</c>: one server as a process of its own. Prints <c>PORT n</c>, answers each <c>allocated</c> and
/// <c>memory</c> on its input, and ends with its input, so that it cannot outlive whoever started it.
/// </summary>
internal static class ServerCommand
{
    internal const string PortPrefix = "PORT ";

    /// <summary>Asks for the bytes ever allocated on the managed heap.</summary>
    internal const string Allocated = "allocated";

    /// <summary>Asks for the bytes that live on the managed heap, and the process's resident set in bytes.</summary>
    internal const string Memory = "memory";

    /// <summary>Begins the answers to <see cref="Allocated"/> and <see cref="Memory"/>.</summary>
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
        // Ctrl-C reaches the whole process group; the comparison ends its children in order.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(
            PosixSignal.SIGINT,
            static context => context.Cancel = true
        );
        await using IPeerServer server = peer.Create!(request);
        Console.Out.WriteLine($"{PortPrefix}{await server.Start(port)}");
        AnswerUntilEndOfInput();
        return 0;
    }

    // A thread that sleeps in read(): it costs the server nothing.
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
