using System;
using System.CommandLine;
using System.Linq;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Idle;

/// <summary><c>idle</c>: the options of what <see cref="IdleMeasurement"/> does.</summary>
internal static class IdleCommand
{
    internal static Command Create()
    {
        Option<string> peer = new("--peer") { Description = "Whose server.", DefaultValueFactory = _ => Peer.Reactor };
        peer.AcceptOnlyFromAmong([.. Peer.All.Where(known => known.Create is not null).Select(known => known.Name)]);
        Option<int> connections = Options.Number(
            "--connections",
            "Connections held, over all processes.",
            10_000,
            1_000_000
        );
        Option<int> processes = Options.Number("--processes", "Server processes they are spread over.", 1, 100);
        Option<int> seconds = Options.Number("--seconds", "How long they are held.", 10, 24 * 3600);
        Option<bool> tls = new("--tls") { Description = "Under TLS." };
        Command command = new(
            "idle",
            "What idle connections cost in memory, and whether they are all there at the end."
        );
        foreach (Option option in new Option[] { peer, connections, processes, seconds, tls })
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            ServerRequest request = new(Service.Echo, result.GetValue(tls));

            // By its token: what is no peer's name has no value, and says so itself.
            string? name = result.GetResult(peer)?.Tokens is [var token] ? token.Value : Peer.Reactor;
            if (Peer.All.Any(known => known.Name == name && !known.Serves(request)))
            {
                result.AddError($"{name} does not serve {(request.Tls ? "TLS" : "without TLS")}.");
            }
        });
        command.SetAction(
            (parsed, _) =>
                Interruptible.Run(cancel =>
                    new IdleMeasurement(
                        Peer.Named(parsed.GetRequiredValue(peer)),
                        parsed.GetValue(connections),
                        parsed.GetValue(processes),
                        TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                        parsed.GetValue(tls),
                        Console.Out
                    ).Run(cancel)
                )
        );
        return command;
    }
}
