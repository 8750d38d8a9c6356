using System;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Native;

namespace Akka.Reactor.Benchmarks.Relay;

/// <summary>A run of wrk, the load generator for HTTP, on one thread.</summary>
/// <param name="Connections">The number of connections. Each is kept busy with one request under way.</param>
/// <param name="Time">The duration of the run.</param>
/// <param name="Cpu">The processor on which wrk runs. Null means any processor.</param>
internal sealed partial record Wrk(int Connections, TimeSpan Time, int? Cpu)
{
    // The timeout of a regular expression, in milliseconds.
    private const int Timeout = 1000;

    /// <summary>Sends requests to a port of loopback and returns the number of answered requests.</summary>
    /// <exception cref="InvalidOperationException">A request was not answered, or not with success.</exception>
    internal async Task<long> Run(int port, CancellationToken cancel)
    {
        ProcessStartInfo start = new(
            "wrk",
            ["-t1", $"-c{Connections}", $"-d{Time.TotalSeconds:F0}s", $"http://127.0.0.1:{port}/"]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        Process? process = null;
        CpuAffinity.RunOn(Cpu, () => process = Process.Start(start));
        using (process!)
        {
            try
            {
                string printed = await process!.StandardOutput.ReadToEndAsync(cancel);
                await process.WaitForExitAsync(cancel);
                Match requests = Requests().Match(printed);
                return requests.Success && !Failures().IsMatch(printed)
                    ? long.Parse(requests.Groups["count"].ValueSpan, CultureInfo.InvariantCulture)
                    : throw new InvalidOperationException($"wrk did not get all its answers:\n{printed}");
            }
            catch (OperationCanceledException)
            {
                process!.Kill();
                throw;
            }
        }
    }

    [GeneratedRegex(
        @"(?<count>\d+) requests in ",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        Timeout
    )]
    private static partial Regex Requests();

    [GeneratedRegex("Socket errors|Non-2xx", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex Failures();
}
