using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using Akka.Reactor.Benchmarks.Servers;

namespace Akka.Reactor.Benchmarks.Comparison;

/// <summary><c>echo</c>: the options, and what the exit code says.</summary>
internal static class EchoCommand
{
    private const double DefaultLimit = 0.75;
    private const int Failed = 2;
    private const int Interrupted = 130;

    internal static Command Create()
    {
        Option<int> connections = Number("--connections", "Connections open at a time.", 50, 10_000);
        Option<int> size = Number("--size", "Bytes of a message.", 64, 1024 * 1024);
        Option<int> pipeline = Number("--pipeline", "Messages under way on every connection.", 1, 1024);
        Option<int> rounds = Number("--rounds", "Measured rounds; every peer runs once in each.", 11, 1000);
        Option<int> seconds = Number("--seconds", "Length of one peer's turn in a round.", 3, 3600);
        Option<string> peers = new("--peers")
        {
            Description =
                "Comma-separated: "
                + string.Join("; ", Peer.All.Select(peer => $"{peer.Name} ({peer.Description})"))
                + $". Ratios are taken to {Peer.Reference}.",
            DefaultValueFactory = _ => string.Join(',', Peer.Usual.Select(peer => peer.Name)),
        };
        peers.Validators.Add(result =>
        {
            string[] names = Split(result.GetValueOrDefault<string>()!);
            string[] unknown = [.. names.Except(Peer.Names, StringComparer.Ordinal)];
            if (unknown.Length > 0 || names.Length == 0)
            {
                result.AddError(
                    $"--peers names {string.Join(", ", unknown)}; there are {string.Join(", ", Peer.Names)}."
                );
            }
        });
        Option<bool> check = new("--check")
        {
            Description = $"Exit with 1 when {Peer.Reactor}'s median ratio to {Peer.Reference} is above --limit.",
        };
        Option<double> limit = new("--limit") { Description = "For --check.", DefaultValueFactory = _ => DefaultLimit };
        Command command = new("echo", "Compares echo servers side by side: CPU of the server per message, and ratios.");
        foreach (Option option in new Option[] { connections, size, pipeline, rounds, seconds, peers, check, limit })
        {
            command.Add(option);
        }

        command.SetAction(
            (parsed, _) =>
            {
                TimeSpan time = TimeSpan.FromSeconds(parsed.GetValue(seconds));
                return Run(() =>
                    new EchoOptions
                    {
                        Connections = parsed.GetValue(connections),
                        Size = parsed.GetValue(size),
                        Pipeline = parsed.GetValue(pipeline),
                        Rounds = parsed.GetValue(rounds),
                        RoundTime = time,
                        WarmUp = time < s_leastWarmUp ? s_leastWarmUp : time,
                        Peers = Chosen(parsed.GetValue(peers)!, parsed.GetValue(check)),
                        Limit = parsed.GetValue(check) ? parsed.GetValue(limit) : null,
                    }
                );
            }
        );
        return command;
    }

    // Long enough for the last tier of the JIT, also of the slowest peer.
    private static readonly TimeSpan s_leastWarmUp = TimeSpan.FromSeconds(3);

    private static async Task<int> Run(Func<EchoOptions> options)
    {
        using CancellationTokenSource interrupt = new();
        using PosixSignalRegistration onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using PosixSignalRegistration onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        try
        {
            return await new EchoComparison(options(), Console.Out).Run(interrupt.Token);
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Interrupted.");
            return Interrupted;
        }
        catch (InvalidOperationException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return Failed;
        }

        // Not the end yet: first the children.
        void Cancel(PosixSignalContext context)
        {
            context.Cancel = true;
            interrupt.Cancel();
        }
    }

    private static List<Peer> Chosen(string names, bool check)
    {
        string[] needed = check ? [Peer.Reactor, Peer.Reference] : [];
        return [.. Split(names).Union(needed, StringComparer.Ordinal).Select(Peer.Named)];
    }

    private static string[] Split(string names) =>
        names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Option<int> Number(string name, string description, int byDefault, int most)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => byDefault };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < 1 || value > most))
            {
                result.AddError($"{name} is {value}; allowed are 1 to {most}.");
            }
        });
        return option;
    }
}
