using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Akka.Reactor.Benchmarks.Generator;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary>The result of a scenario.</summary>
internal sealed record ScenarioResult(Scenario Scenario, IReadOnlyList<Contestant> Contestants)
{
    /// <summary>Returns the contestant whose entry has the given name, or null if it did not take part.</summary>
    internal Contestant? Find(string name) =>
        Contestants.FirstOrDefault(contestant => string.Equals(contestant.Entry.Name, name, StringComparison.Ordinal));

    /// <summary>Returns the verdicts on the limits whose entries took part.</summary>
    internal IEnumerable<Verdict> Verdicts()
    {
        foreach (Limit limit in Limit.Of(Scenario))
        {
            Contestant? own = Find(limit.Entry);
            Contestant? other = limit.Reference is null ? own : Find(limit.Reference);
            if (own is not null && other is not null)
            {
                yield return new Verdict(limit, Found(limit.Figure, own, other));
            }
        }
    }

    /// <summary>Returns whether a limit on CPU lies within the spread that was found. More rounds may then decide it.</summary>
    internal bool IsUndecided() =>
        Verdicts().Any(verdict => verdict.Limit.Figure is Figure.Cpu && verdict.Found.Contains(verdict.Limit.Most));

    /// <summary>Writes the table of all entries.</summary>
    internal void Write(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("| peer | CPU us | ratio (spread) | per s | of a processor | B allocated | p50 us | p99 us |");
        output.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (Contestant contestant in Contestants)
        {
            output.WriteLine(Row(contestant));
        }
    }

    /// <summary>Returns the ratios of an entry to those of its references that took part.</summary>
    internal IEnumerable<(string Reference, Spread Ratio)> Ratios(Contestant contestant) =>
        contestant
            .Entry.References.Where(reference => Find(reference) is { } other && other != contestant)
            .Select(reference => (reference, contestant.CpuTo(Find(reference)!)));

    private string Row(Contestant contestant)
    {
        IReadOnlyList<Measurement> rounds = contestant.Rounds;
        IEnumerable<string> ratios = Ratios(contestant)
            .Select(ratio =>
                $"{ratio.Ratio.Median:F2} ({ratio.Ratio.Low:F2}..{ratio.Ratio.High:F2}) to {ratio.Reference}"
            );
        LatencyHistogram latency = contestant.PooledLatency();
        string allocated = contestant.Entry.Peer.Create is null
            ? ""
            : $"{Median(rounds, round => round.AllocatedPerOperation ?? 0):F0}";
        return $"| {contestant.Entry.Name} | {Median(rounds, round => round.CpuPerOperation):F2} | "
            + $"{string.Join(", ", ratios)} | {Median(rounds, round => round.OperationsPerSecond):F0} | "
            + $"{Median(rounds, round => round.Busy):P0} | {allocated} | "
            + $"{latency.Quantile(0.5):F0} | {latency.Quantile(0.99):F0} |";
    }

    private static Spread Found(Figure figure, Contestant own, Contestant other) =>
        figure switch
        {
            Figure.Cpu => own.CpuTo(other),
            Figure.Allocated => Spread.Of(own.Rounds.Select(round => round.AllocatedPerOperation ?? 0)),
            Figure.P50 => Pooled(own, other, 0.5),
            Figure.P99 => Pooled(own, other, 0.99),
            _ => throw new ArgumentOutOfRangeException(nameof(figure), figure, message: null),
        };

    private static Spread Pooled(Contestant own, Contestant other, double share)
    {
        double ratio = own.PooledLatency().Quantile(share) / other.PooledLatency().Quantile(share);
        return new Spread(ratio, ratio, ratio);
    }

    private static double Median(IEnumerable<Measurement> rounds, Func<Measurement, double> figure) =>
        Spread.Of(rounds.Select(figure)).Median;
}
