using System;
using System.Diagnostics;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>Many seeds of <see cref="ModelRun"/>, on both styles of engine.</summary>
public sealed class ModelRunsSpec(ITestOutputHelper output)
{
    private static int Seeds => Soak.IsOn ? 10_000 : 500;

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void Order_answers_and_ends_are_as_promised_whatever_system_and_network_are_free_to_do(EngineStyle style) =>
        RunAll(SimulatedFaults.Harmless, style);

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void Order_answers_and_ends_are_as_promised_when_connections_are_lost_meanwhile(EngineStyle style) =>
        RunAll(SimulatedFaults.Rough, style);

    // A task waited for a flush of a connection whose sends had failed, and the connection for the task to read the rest.
    [Theory]
    [InlineData(7552, EngineStyle.Completion)]
    public void Seeds_that_have_found_something_find_nothing_any_more(int seed, EngineStyle style) =>
        new ModelRun(seed, SimulatedFaults.Harmless, style).Execute();

    [Fact]
    public void Equal_seeds_make_equal_runs()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            string first = new ModelRun(seed, SimulatedFaults.Rough, EngineStyle.Readiness).Execute();
            string again = new ModelRun(seed, SimulatedFaults.Rough, EngineStyle.Readiness).Execute();
            Assert.Equal(first, again, StringComparer.Ordinal);
        }
    }

    private void RunAll(SimulatedFaults faults, EngineStyle style)
    {
        long started = Stopwatch.GetTimestamp();
        for (int seed = 0; seed < Seeds; seed++)
        {
            new ModelRun(seed, faults, style).Execute();
        }

        output.WriteLine($"{Seeds} runs took {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
    }
}
