#pragma warning disable
using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Runs;

public sealed class TmpSpec
{
    [Fact]
    public void Go()
    {
        int from = int.Parse(Environment.GetEnvironmentVariable("FROM") ?? "0");
        int to = int.Parse(Environment.GetEnvironmentVariable("TO") ?? "500");
        bool refusals = Environment.GetEnvironmentVariable("REFUSALS") == "1";
        var seeds = Environment.GetEnvironmentVariable("SEEDS") is { } ss
            ? ss.Split(",").Select(int.Parse)
            : Enumerable.Range(from, to - from);
        AppDomain.CurrentDomain.FirstChanceException += (_, x) =>
        {
            if (x.Exception is NullReferenceException)
                File.AppendAllText("/tmp/nre", Environment.StackTrace + "\n\n");
        };
        int bad = 0;
        long all = Stopwatch.GetTimestamp();
        foreach (var f in new[] { SimulatedFaults.Harmless, SimulatedFaults.Rough })
        foreach (var st in new[] { EngineStyle.Readiness, EngineStyle.Completion })
        foreach (int seed in seeds)
        {
            File.WriteAllText("/tmp/seed", $"{seed} {st} {f.Reset}");
            long t = Stopwatch.GetTimestamp();
            try
            {
                new ModelRun(seed, f, st) { ChecksRefusals = refusals }.Execute();
            }
            catch (Exception e)
            {
                File.AppendAllText("/tmp/bad", $"{seed} {st} {f.Reset} {e.Message.Split('\n')[0]}\n");
                if (bad++ == 0)
                    File.WriteAllText("/tmp/first", e.ToString());
                if (bad > 40)
                    return;
            }
            if (Stopwatch.GetElapsedTime(t).TotalSeconds > 1)
                File.AppendAllText("/tmp/bad", $"{seed} {st} {f.Reset} SLOW {Stopwatch.GetElapsedTime(t)}\n");
        }
        File.AppendAllText("/tmp/bad", $"done {Stopwatch.GetElapsedTime(all)} bad {bad}\n");
    }
}
