using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>Starts the peers, runs them in turn, round by round, and says what came out.</summary>
internal sealed class EchoComparison(EchoOptions options, TextWriter output)
{
    private const int OverLimit = 1;

    /// <summary>Returns the exit code: 1 when the limit was missed.</summary>
    internal async Task<int> Run(CancellationToken cancel)
    {
        Processors processors = Processors.Choose();
        Say(
            $"echo: {options.Connections} connections x {options.Size} B, {options.Pipeline} under way on each, "
                + $"{options.Rounds} rounds of {options.RoundTime.TotalSeconds} s"
        );
        Say($"processors: {processors.Text}");
        Say($"servers: {ServerSettings.Text}");
        List<Contestant> contestants = [];
        try
        {
            foreach (Peer peer in options.Peers)
            {
                Contestant contestant = await Contestant.Start(peer, options, processors, cancel);
                contestants.Add(contestant);
                await contestant.Run(options.WarmUp, cancel);
                Say($"warm: {peer.Name}");
            }

            await RunRounds(contestants, cancel);
        }
        finally
        {
            foreach (Contestant contestant in contestants)
            {
                await contestant.DisposeAsync();
            }
        }

        Report(contestants);
        return Check(contestants);
    }

    private async Task RunRounds(List<Contestant> contestants, CancellationToken cancel)
    {
        for (int round = 0; round < options.Rounds; round++)
        {
            List<string> figures = [];
            for (int turn = 0; turn < contestants.Count; turn++)
            {
                // Another one begins every round, so that nobody always follows the same neighbour's heat.
                Contestant contestant = contestants[(round + turn) % contestants.Count];
                Measurement measurement = await contestant.Run(options.RoundTime, cancel);
                contestant.Measurements.Add(measurement);
                figures.Add($"{contestant.Peer.Name} {measurement.CpuPerMessage:F2}");
            }

            Say($"round {round + 1}: {string.Join(", ", figures)} us of CPU per message");
        }
    }

    private void Report(List<Contestant> contestants)
    {
        Contestant? reference = Find(contestants, Peer.Reference);
        Say("");
        Say("| peer | CPU us/message | to socket (min..max) | messages/s | of a processor | p50 us | p99 us |");
        Say("|---|---|---|---|---|---|---|");
        foreach (Contestant contestant in contestants)
        {
            List<Measurement> rounds = contestant.Measurements;
            string ratio = "";
            if (reference is not null)
            {
                IReadOnlyList<double> ratios = Statistics.Ratios(rounds, reference.Measurements);
                ratio = $"{Statistics.Median(ratios):F2} ({ratios.Min():F2}..{ratios.Max():F2})";
            }

            Say(
                $"| {contestant.Peer.Name} | {Of(rounds, round => round.CpuPerMessage):F2} | {ratio} "
                    + $"| {Of(rounds, round => round.MessagesPerSecond):F0} | {Of(rounds, round => round.Busy):P0} "
                    + $"| {Of(rounds, round => round.Load.P50):F0} | {Of(rounds, round => round.Load.P99):F0} |"
            );
        }
    }

    private int Check(List<Contestant> contestants)
    {
        if (options.Limit is not { } limit)
        {
            return 0;
        }

        double ratio = Statistics.Median(
            Statistics.Ratios(
                Find(contestants, Peer.Reactor)!.Measurements,
                Find(contestants, Peer.Reference)!.Measurements
            )
        );
        bool kept = ratio <= limit;
        Say("");
        Say($"limit {limit:F2} of {Peer.Reference}: {(kept ? "kept" : "MISSED")} with {ratio:F2}");
        return kept ? 0 : OverLimit;
    }

    private static Contestant? Find(List<Contestant> contestants, string name) =>
        contestants.Find(contestant => string.Equals(contestant.Peer.Name, name, StringComparison.Ordinal));

    private static double Of(List<Measurement> rounds, Func<Measurement, double> figure) =>
        Statistics.Median(rounds.Select(figure));

    private void Say(string text) => output.WriteLine(text);
}
