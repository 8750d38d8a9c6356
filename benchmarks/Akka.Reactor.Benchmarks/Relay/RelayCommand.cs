using System;
using System.CommandLine;

namespace Akka.Reactor.Benchmarks.Relay;

/// <summary>The command <c>relay</c>: has the options of <see cref="RelayComparison"/>.</summary>
internal static class RelayCommand
{
    internal static Command Create()
    {
        Option<int> connections = Options.Number("--connections", "Connections that wrk keeps busy.", 50, 10_000);
        Option<int> rounds = Options.Number("--rounds", "Measured rounds; every relay runs once in each.", 11, 1000);
        Option<int> seconds = Options.Number("--seconds", "Length of one relay's turn in a round.", 3, 3600);
        Option<bool> check = new("--check")
        {
            Description =
                $"Exit with 1 when a request costs more than {RelayComparison.Most} of what it costs haproxy.",
        };
        Command command = new("relay", "RelayProtocol and haproxy between wrk and nginx: processor time per request.");
        foreach (Option option in new Option[] { connections, rounds, seconds, check })
        {
            command.Add(option);
        }

        command.SetAction(
            (parsed, _) =>
                Interruptible.Run(cancel =>
                    new RelayComparison(
                        parsed.GetValue(connections),
                        parsed.GetValue(rounds),
                        TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                        parsed.GetValue(check),
                        Console.Out
                    ).Run(cancel)
                )
        );
        return command;
    }
}
