using System;
using Akka.Reactor.Polling;
using Akka.Reactor.Simulated.Tests.Runs;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Simulated.Tests.Bugs;

/// <summary>
/// The proof that the runs see something: with a bug planted between the loops and the simulated system, one of the first
/// thousand fails. The same runs without it are green, see <see cref="EchoRunsSpec"/>.
/// </summary>
public sealed class PlantedBugsSpec(ITestOutputHelper output)
{
    private const int Seeds = 1000;

    [Fact]
    public void A_reordering_is_found() => Found(p => new WrappedPlatform(p, engine => new Reordering(engine)));

    [Fact]
    public void A_dropped_tail_is_found() => Found(p => new WrappedPlatform(p, engine => new DroppedTail(engine)));

    [Fact]
    public void A_duplication_is_found() => Found(p => new WrappedPlatform(p, engine => new Duplication(engine)));

    [Fact]
    public void A_stale_event_delivered_to_the_next_owner_is_found() =>
        Found(p => new WrappedPlatform(p, engine => new StaleDelivery(engine)));

    [Fact]
    public void A_missed_wake_up_is_found() =>
        Found(p =>
        {
            MissedWakeUp.Counter sets = new();
            return new WrappedPlatform(p, wake: wake => new MissedWakeUp(wake, sets));
        });

    [Fact]
    public void The_wrapping_alone_is_no_bug()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            new EchoRun(
                seed,
                SimulatedFaults.Harmless,
                p => new WrappedPlatform(p, e => new NoBug(e), w => w)
            ).Execute();
        }
    }

    private void Found(Func<IPlatform, IPlatform> plant)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            SimulationException? found = Record(() => new EchoRun(seed, SimulatedFaults.Harmless, plant).Execute());
            if (found is not null)
            {
                output.WriteLine(found.Message);
                Assert.Equal(seed, found.Seed);
                Assert.Contains($"seed {seed} reproduces it", found.Message, StringComparison.Ordinal);
                SimulationException again = Assert.Throws<SimulationException>(() =>
                    new EchoRun(seed, SimulatedFaults.Harmless, plant).Execute()
                );
                Assert.Equal(found.Message, again.Message, StringComparer.Ordinal);
                return;
            }
        }

        Assert.Fail($"{Seeds} runs did not find it.");
    }

    private static SimulationException? Record(Action run)
    {
        try
        {
            run();
            return null;
        }
        catch (SimulationException found)
        {
            return found;
        }
    }

    private sealed class NoBug(IEngine inner) : WrappedEngine(inner);
}
