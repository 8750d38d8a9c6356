using System;
using System.Diagnostics;
using Akka.Reactor.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Simulated.Tests.Runs;

/// <summary>Many seeds, one model.</summary>
public sealed class EchoRunsSpec(ITestOutputHelper output)
{
    private static int Seeds => Soak.IsOn ? 10_000 : 1_000;

    [Fact]
    public void Every_byte_arrives_in_both_directions_whatever_system_and_network_are_free_to_do() =>
        RunAll(SimulatedFaults.Harmless);

    [Fact]
    public void No_byte_is_wrong_and_every_connection_ends_once_when_connections_are_lost() =>
        RunAll(SimulatedFaults.Rough);

    [Fact]
    public void Equal_seeds_make_equal_runs_and_other_seeds_others()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            string first = new EchoRun(seed, SimulatedFaults.Rough).Execute();
            Assert.Equal(first, new EchoRun(seed, SimulatedFaults.Rough).Execute(), StringComparer.Ordinal);
            Assert.NotEqual(first, new EchoRun(seed + 1000, SimulatedFaults.Rough).Execute(), StringComparer.Ordinal);
        }
    }

    [Theory]
    [InlineData("is refused")]
    [InlineData("is reset by the network")]
    [InlineData("the engine fails")]
    [InlineData("Too many open files")]
    [InlineData("Software caused connection abort")]
    [InlineData("Resource temporarily unavailable")]
    [InlineData("gets RST")]
    public void What_may_go_wrong_does_in_some_of_the_runs(string line)
    {
        int seed = 0;
        while (!new EchoRun(seed, SimulatedFaults.Rough).Execute().Contains(line, StringComparison.Ordinal))
        {
            Assert.True(++seed < 500);
        }
    }

    private void RunAll(SimulatedFaults faults)
    {
        long started = Stopwatch.GetTimestamp();
        for (int seed = 0; seed < Seeds; seed++)
        {
            new EchoRun(seed, faults).Execute();
        }

        output.WriteLine($"{Seeds} runs took {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
    }
}
