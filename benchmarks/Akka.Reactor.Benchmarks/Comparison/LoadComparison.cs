using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>
/// Runs the scenarios one after the other: starts the peers, runs them in turn, round by round, and reports the results.
/// </summary>
internal sealed class LoadComparison(LoadOptions options, TextWriter output)
{
    private const int OverLimit = 1;
    private const int MostWarmUps = 6;

    // The warm-up ends if a run takes more than this share of the time of the previous run: more compilation would gain
    // little.
    private const double Steady = 0.95;

    private readonly Processors _processors = Processors.Choose();

    /// <summary>Runs all scenarios and returns the exit code: 1 if a limit was missed.</summary>
    internal async Task<int> Run(CancellationToken cancel)
    {
        Say($"processors: {_processors.Text}");
        Say($"servers: {ServerSettings.Text}");
        Say($"{options.Rounds} rounds of {options.RoundTime.TotalSeconds} s");
        foreach (Peer peer in options.Peers.Where(peer => peer.Missing() is not null))
        {
            Say($"without {peer.Name}: {peer.Missing()}");
        }

        List<ScenarioResult> results = [];
        foreach (Scenario scenario in options.Scenarios)
        {
            Say("");
            Say($"== {scenario.Name} ({results.Count + 1} of {options.Scenarios.Count}): {scenario.Description}");
            results.Add(await Run(scenario, cancel));
            results[^1].Write(output);

            // The files are written after every scenario, so that a failure in the last scenario does not lose the figures
            // of an hour.
            Directory.CreateDirectory(options.Output);
            await File.WriteAllTextAsync(Path.Combine(options.Output, "load.json"), Json.Of(results), cancel);
            await File.WriteAllTextAsync(Path.Combine(options.Output, "load.svg"), Plot.Of(results), cancel);
        }

        Say("");
        Say($"written: {Path.Combine(options.Output, "load.json")}, {Path.Combine(options.Output, "load.svg")}");
        return options.Check ? Check(results) : 0;
    }

    // Runs until the server does not get faster any more. On one processor the compiler takes its time from the code that
    // it compiles.
    private async Task WarmUp(Contestant contestant, CancellationToken cancel)
    {
        double before = double.PositiveInfinity;
        for (int i = 0; i < MostWarmUps; i++)
        {
            double cpu = (await contestant.Run(options.WarmUp, cancel)).CpuPerOperation;
            if (cpu > before * Steady)
            {
                break;
            }

            before = cpu;
        }
    }

    private async Task<ScenarioResult> Run(Scenario scenario, CancellationToken cancel)
    {
        List<Contestant> contestants = [];
        try
        {
            foreach (Entry entry in Entry.Of(scenario, options.Peers.Where(peer => peer.Missing() is null)))
            {
                Contestant contestant = await Contestant.Start(entry, scenario.Server, _processors, cancel);
                contestants.Add(contestant);
                await WarmUp(contestant, cancel);
                Say($"warm: {entry.Name}");
            }

            return await RunRounds(new ScenarioResult(scenario, contestants), cancel);
        }
        finally
        {
            foreach (Contestant contestant in contestants)
            {
                await contestant.DisposeAsync();
            }
        }
    }

    private async Task<ScenarioResult> RunRounds(ScenarioResult result, CancellationToken cancel)
    {
        for (int round = 0; round < options.Rounds || (round < options.MostRounds && result.IsUndecided()); round++)
        {
            List<string> figures = [];
            for (int turn = 0; turn < result.Contestants.Count; turn++)
            {
                // Another contestant begins every round, so that none always runs at the same place in a round.
                Contestant contestant = result.Contestants[(round + turn) % result.Contestants.Count];
                Measurement measurement = await contestant.Measure(options.RoundTime, cancel);
                figures.Add($"{contestant.Entry.Name} {measurement.CpuPerOperation:F2}");
            }

            Say($"round {round + 1}: {string.Join(", ", figures)} us");
        }

        return result;
    }

    private int Check(List<ScenarioResult> results)
    {
        Say("");
        Verdict[] verdicts = [.. results.SelectMany(result => result.Verdicts())];
        foreach (Verdict verdict in verdicts)
        {
            Say(verdict.Text);
        }

        int missed = verdicts.Count(verdict => !verdict.Kept);
        Say($"{verdicts.Length - missed} limits kept, {missed} missed");
        return missed == 0 ? 0 : OverLimit;
    }

    private void Say(string text) => output.WriteLine(text);
}
