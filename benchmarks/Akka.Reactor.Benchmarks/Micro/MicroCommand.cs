using System.CommandLine;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Akka.Reactor.Benchmarks.Micro;

/// <summary>The command <c>micro</c>: measures single parts with BenchmarkDotNet, whose arguments it takes.</summary>
internal static class MicroCommand
{
    internal static Command Create()
    {
        Argument<string[]> arguments = new("ARGUMENTS")
        {
            Description = "BenchmarkDotNet's: --filter '*Hops*', --list flat, --job short ...",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Command command = new("micro", "Hops, decoders and queues by themselves (BenchmarkDotNet).")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.Add(arguments);
        command.SetAction(parsed =>
        {
            string[] given = [.. parsed.GetValue(arguments) ?? [], .. parsed.UnmatchedTokens];
            BenchmarkSwitcher
                .FromAssembly(typeof(MicroCommand).Assembly)
                .Run(given.Length == 0 ? ["--filter", "*"] : given, Config());
            return 0;
        });
        return command;
    }

    // The benchmarks run in this process, so that they measure this build, with the Akka that it was built with.
    private static IConfig Config() =>
        DefaultConfig
            .Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default);
}
