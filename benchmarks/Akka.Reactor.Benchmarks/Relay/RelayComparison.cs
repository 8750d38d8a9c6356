using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Comparison;
using Akka.Reactor.Benchmarks.Native;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Relay;

/// <summary>
/// Runs relays in turn, round by round. The relays run on one processor. wrk, which sends the requests, and nginx, to which
/// every relay passes them on, run on the other processor.
/// </summary>
internal sealed class RelayComparison(int connections, int rounds, TimeSpan roundTime, bool check, TextWriter output)
{
    /// <summary>The highest allowed median of the ratio to haproxy.</summary>
    internal const double Most = 1.3;

    private const int OverLimit = 1;

    // The time that the last tier of the JIT needs to compile the code that matters.
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(12);

    private static readonly string[] s_programs = ["nginx", "haproxy", "wrk"];

    private readonly Processors _processors = Processors.Choose();

    /// <summary>Runs the comparison and returns the exit code: 1 if a limit was missed.</summary>
    internal async Task<int> Run(CancellationToken cancel)
    {
        string[] missing = [.. s_programs.Where(program => Executable.Find(program) is null)];
        if (missing.Length > 0)
        {
            throw new InvalidOperationException($"There is no {string.Join(", no ", missing)} in PATH.");
        }

        output.WriteLine($"processors: {_processors.Text}");
        output.WriteLine($"{rounds} rounds of {roundTime.TotalSeconds} s, {connections} connections");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("relay-");
        List<RelayContestant> contestants = [];
        try
        {
            await using PeerProgram nginx = await PeerProgram.Nginx(folder, _processors.Load, cancel);
            contestants.Add(await RelayContestant.HaProxy(folder, nginx.Port, _processors.Server, cancel));
            foreach (Peer peer in Peer.All.Where(peer => peer.HasRelay && peer.Missing() is null))
            {
                contestants.Add(await RelayContestant.Of(peer, nginx.Port, _processors.Server, cancel));
            }

            foreach (RelayContestant contestant in contestants)
            {
                await contestant.Run(Load(s_warmUp), cancel);
                output.WriteLine($"warm: {contestant.Name}");
            }

            await RunRounds(contestants, cancel);
            return Report(contestants);
        }
        finally
        {
            foreach (RelayContestant contestant in contestants)
            {
                await contestant.DisposeAsync();
            }

            folder.Delete(recursive: true);
        }
    }

    private Wrk Load(TimeSpan time) => new(connections, time, _processors.Load);

    private async Task RunRounds(List<RelayContestant> contestants, CancellationToken cancel)
    {
        for (int round = 0; round < rounds; round++)
        {
            for (int turn = 0; turn < contestants.Count; turn++)
            {
                // Another relay begins every round, so that none always runs at the same place in a round.
                await contestants[(round + turn) % contestants.Count].Measure(Load(roundTime), cancel);
            }

            IEnumerable<string> figures = contestants.Select(one => $"{one.Name} {one.Rounds[^1].CpuPerRequest:F2}");
            output.WriteLine($"round {round + 1}: {string.Join(", ", figures)} us");
        }
    }

    private int Report(List<RelayContestant> contestants)
    {
        RelayContestant reference = contestants[0];
        output.WriteLine();
        output.WriteLine($"| relay | CPU us a request | ratio (spread) to {reference.Name} | requests per s |");
        output.WriteLine("|---|---|---|---|");
        foreach (RelayContestant contestant in contestants)
        {
            Spread ratio = contestant.CpuTo(reference);
            output.WriteLine(
                $"| {contestant.Name} | {Median(contestant, round => round.CpuPerRequest):F2} | "
                    + $"{ratio.Median:F2} ({ratio.Low:F2}..{ratio.High:F2}) | "
                    + $"{Median(contestant, round => round.RequestsPerSecond):F0} |"
            );
        }

        if (!check)
        {
            return 0;
        }

        Verdict[] verdicts =
        [
            .. contestants
                .Skip(1)
                .Select(own => new Verdict(
                    new Limit("relay", own.Name, Figure.Cpu, reference.Name, Most),
                    own.CpuTo(reference)
                )),
        ];
        foreach (Verdict verdict in verdicts)
        {
            output.WriteLine(verdict.Text);
        }

        return verdicts.All(verdict => verdict.Kept) ? 0 : OverLimit;
    }

    private static double Median(RelayContestant contestant, Func<RelayRound, double> figure) =>
        Spread.Of(contestant.Rounds.Select(figure)).Median;
}
