using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Churn;

/// <summary>
/// Measures how much connections that come and go enlarge the resident set of a server, compared with a plain .NET server.
/// </summary>
internal sealed class ChurnMeasurement(Peer peer, int rounds, TimeSpan round, TextWriter output)
{
    private const double Mebibyte = 1024 * 1024;

    // The limit of the growth above that of the plain server, in MiB.
    private const double MostAbove = 10;

    // The limit of the growth in all rounds after the first together, in MiB.
    private const double MostLater = 3;

    /// <summary>Runs both servers in turns. Returns whether the limits are kept, and a verdict on each limit.</summary>
    internal async Task<(bool Kept, IEnumerable<string> Verdicts)> Run(CancellationToken cancel)
    {
        await using ChurnServer plain = await ChurnServer.Start(Peer.Named(Peer.Socket), cancel);
        await using ChurnServer ours = await ChurnServer.Start(peer, cancel);
        for (int number = 0; number < rounds; number++)
        {
            foreach (ChurnServer server in number % 2 == 0 ? new[] { plain, ours } : [ours, plain])
            {
                await server.Churn(round, cancel);
                output.WriteLine(
                    $"round {number + 1}: {server.Name} has grown by {server.Growth[^1] / Mebibyte:F1} MiB, {server.Churned} connections"
                );
            }
        }

        output.WriteLine();
        output.WriteLine($"| MiB above the start, after each {round.TotalSeconds:F0} s | {Header()} |");
        output.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---|", rounds))}");
        foreach (ChurnServer server in new[] { ours, plain })
        {
            output.WriteLine(
                $"| {server.Name} | {string.Join(" | ", server.Growth.Select(bytes => $"{bytes / Mebibyte:F1}"))} |"
            );
        }

        output.WriteLine();
        double above = (ours.Growth[^1] - plain.Growth[^1]) / Mebibyte;
        double later = (ours.Growth[^1] - ours.Growth[0]) / Mebibyte;
        (string What, double Found, double Most)[] limits =
        [
            ($"growth above that of {plain.Name}", above, MostAbove),
            ("growth after the first round", later, MostLater),
        ];
        return (
            limits.All(limit => limit.Found <= limit.Most),
            limits.Select(limit =>
                $"{(limit.Found <= limit.Most ? "kept  " : "MISSED")} {limit.What} {limit.Found:F1} MiB, at most {limit.Most:F0}"
            )
        );
    }

    private string Header() => string.Join(" | ", Enumerable.Range(1, rounds));
}
