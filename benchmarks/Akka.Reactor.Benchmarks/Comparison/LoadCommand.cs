using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>The command <c>load</c>: has the options and the exit code of <see cref="LoadComparison"/>.</summary>
internal static class LoadCommand
{
    // The shortest time of a warm-up run. It is long enough for the last tier of the JIT, even with the slowest peer.
    private static readonly TimeSpan s_leastWarmUp = TimeSpan.FromSeconds(3);

    internal static Command Create()
    {
        Option<string> scenarios = Names(
            "--scenarios",
            Scenario.Names,
            string.Join("; ", Scenario.All.Select(scenario => $"{scenario.Name} ({scenario.Description})"))
        );
        Option<string> peers = Names(
            "--peers",
            Peer.Names,
            string.Join("; ", Peer.All.Select(peer => $"{peer.Name} ({peer.Description})"))
        );
        Option<int> rounds = Options.Number("--rounds", "Measured rounds; every peer runs once in each.", 11, 1000);
        Option<int> most = Options.Number(
            "--most-rounds",
            "With --check: how many rounds there may be when a limit lies within the spread.",
            33,
            1000
        );
        Option<int> seconds = Options.Number("--seconds", "Length of one peer's turn in a round.", 3, 3600);
        Option<bool> check = new("--check") { Description = "Exit with 1 when a limit is missed; see README.md." };
        Option<FileInfo> other = new("--other-build")
        {
            Description =
                "Akka.Reactor.Benchmarks.dll of another build: reactor and reactor-uring take part a second time as that build has "
                + "them, as reactor-other and reactor-uring-other, and ratios are taken to these.",
        };
        other.AcceptExistingOnly();
        Option<string> output = new("--output")
        {
            Description = "The folder of load.json and load.svg; made if it is not there.",
            DefaultValueFactory = _ => "artifacts/benchmarks",
        };
        Command command = new("load", "Compares servers side by side: processor time per operation, and ratios.");
        foreach (Option option in new Option[] { scenarios, peers, other, rounds, most, seconds, check, output })
        {
            command.Add(option);
        }

        command.SetAction(
            (parsed, _) =>
            {
                TimeSpan time = TimeSpan.FromSeconds(parsed.GetValue(seconds));
                bool checks = parsed.GetValue(check);
                Peer[] chosen = [.. Chosen(parsed.GetRequiredValue(peers), Peer.All, known => known.Name)];
                FileInfo? build = parsed.GetValue(other);
                LoadOptions options = new()
                {
                    Scenarios = [.. Chosen(parsed.GetRequiredValue(scenarios), Scenario.All, known => known.Name)],
                    Peers = build is null ? chosen : [.. chosen, .. Peer.InOtherBuild(chosen, build.FullName)],
                    Rounds = parsed.GetValue(rounds),
                    MostRounds = checks ? parsed.GetValue(most) : 0,
                    RoundTime = time,
                    WarmUp = time < s_leastWarmUp ? s_leastWarmUp : time,
                    Check = checks,
                    Output = parsed.GetRequiredValue(output),
                };
                return Interruptible.Run(cancel => new LoadComparison(options, Console.Out).Run(cancel));
            }
        );
        return command;
    }

    private static IEnumerable<T> Chosen<T>(string names, IReadOnlyList<T> all, Func<T, string> name) =>
        all.Where(known => Split(names).Contains(name(known), StringComparer.Ordinal));

    private static string[] Split(string names) =>
        names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Option<string> Names(string name, IReadOnlyList<string> known, string description)
    {
        Option<string> option = new(name)
        {
            Description = $"Comma-separated: {description}.",
            DefaultValueFactory = _ => string.Join(',', known),
        };
        option.Validators.Add(result =>
        {
            string[] chosen = Split(result.GetValueOrDefault<string>()!);
            string[] unknown = [.. chosen.Except(known, StringComparer.Ordinal)];
            if (unknown.Length > 0 || chosen.Length == 0)
            {
                result.AddError($"{name} names {string.Join(", ", unknown)}; there are {string.Join(", ", known)}.");
            }
        });
        return option;
    }
}
