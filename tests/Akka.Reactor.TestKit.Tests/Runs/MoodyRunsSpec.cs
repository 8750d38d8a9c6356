using System;
using System.Diagnostics;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>Many seeds of <see cref="MoodyRun"/>, on both styles of engine.</summary>
public sealed class MoodyRunsSpec(ITestOutputHelper output)
{
    private static int Seeds => Environment.GetEnvironmentVariable("AKKA_REACTOR_SOAK") == "1" ? 10_000 : 500;

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void Every_byte_is_delivered_whoever_suspends_half_closes_or_closes_with_data_queued(EngineStyle style) =>
        RunAll(SimulatedFaults.Harmless, style);

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void No_byte_is_wrong_and_no_write_unanswered_when_connections_are_lost_meanwhile(EngineStyle style) =>
        RunAll(SimulatedFaults.Rough, style);

    private void RunAll(SimulatedFaults faults, EngineStyle style)
    {
        long started = Stopwatch.GetTimestamp();
        for (int seed = 0; seed < Seeds; seed++)
        {
            new MoodyRun(seed, faults, style).Execute();
        }

        output.WriteLine($"{Seeds} runs took {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
    }
}
