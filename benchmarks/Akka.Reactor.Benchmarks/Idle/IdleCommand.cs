using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Idle;

/// <summary>The command <c>idle</c>: has the options of <see cref="IdleMeasurement"/>.</summary>
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
        Option<bool> check = new("--check")
        {
            Description =
                "Exit with 1 when one costs more than 3 KiB of managed heap or 5 KiB of the resident set; "
                + "with --tls, when it costs 1.1 of what sslstream's does, which is measured first.",
        };
        Command command = new(
            "idle",
            "What idle connections cost in memory, and whether they are all there at the end."
        );
        foreach (Option option in new Option[] { peer, connections, processes, seconds, tls, check })
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            ServerRequest request = new(Service.Echo, result.GetValue(tls));

            // The token is used, because an option with an unknown name has no value. The option itself reports an unknown
            // name.
            string? name = result.GetResult(peer)?.Tokens is [var token] ? token.Value : Peer.Reactor;
            if (Peer.All.Any(known => known.Name == name && !known.Serves(request)))
            {
                result.AddError($"{name} does not serve {(request.Tls ? "TLS" : "without TLS")}.");
            }
        });
        command.SetAction(
            (parsed, _) =>
                Interruptible.Run(async cancel =>
                {
                    bool underTls = parsed.GetValue(tls);
                    bool checks = parsed.GetValue(check);
                    IdleCost? sslStream = checks && underTls ? await Measure(Peer.SslStream, TimeSpan.Zero) : null;
                    IdleCost cost = await Measure(
                        parsed.GetRequiredValue(peer),
                        TimeSpan.FromSeconds(parsed.GetValue(seconds))
                    );
                    if (!checks)
                    {
                        return 0;
                    }

                    (bool kept, IEnumerable<string> verdicts) = cost.Check(sslStream);
                    foreach (string verdict in verdicts)
                    {
                        Console.WriteLine(verdict);
                    }

                    return kept ? 0 : 1;

                    Task<IdleCost> Measure(string name, TimeSpan hold) =>
                        new IdleMeasurement(
                            Peer.Named(name),
                            parsed.GetValue(connections),
                            parsed.GetValue(processes),
                            hold,
                            underTls,
                            Console.Out
                        ).Run(cancel);
                })
        );
        return command;
    }
}
