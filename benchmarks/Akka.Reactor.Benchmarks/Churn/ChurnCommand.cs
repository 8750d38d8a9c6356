using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Churn;

/// <summary>The command <c>churn</c>: has the options of <see cref="ChurnMeasurement"/>.</summary>
internal static class ChurnCommand
{
    internal static Command Create()
    {
        Option<string> peer = new("--peer") { Description = "Whose server.", DefaultValueFactory = _ => Peer.Reactor };
        peer.AcceptOnlyFromAmong([
            .. Peer
                .All.Where(known => known.Create is not null && known.Serves(new ServerRequest(Service.Echo)))
                .Select(known => known.Name),
        ]);
        Option<int> seconds = Options.Number("--seconds", "How long connections come and go in a round.", 30, 3600);
        Option<int> rounds = Options.Number("--rounds", "Rounds of each server.", 5, 100);
        Option<bool> check = new("--check")
        {
            Description =
                "Exit with 1 when it has grown by 10 MiB more than the plain server, or by 3 MiB after its first round.",
        };
        Command command = new(
            "churn",
            "What connections that come and go leave in the resident set, beside a plain .NET server."
        );
        foreach (Option option in new Option[] { peer, seconds, rounds, check })
        {
            command.Add(option);
        }

        command.SetAction(
            (parsed, _) =>
                Interruptible.Run(async cancel =>
                {
                    ChurnMeasurement measurement = new(
                        Peer.Named(parsed.GetRequiredValue(peer)),
                        parsed.GetValue(rounds),
                        TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                        Console.Out
                    );
                    (bool kept, IEnumerable<string> verdicts) = await measurement.Run(cancel);
                    foreach (string verdict in verdicts)
                    {
                        Console.WriteLine(verdict);
                    }

                    return kept || !parsed.GetValue(check) ? 0 : 1;
                })
        );
        return command;
    }
}
