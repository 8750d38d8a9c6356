using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Polling;
using Akka.Reactor.Simulated.Tests.Runs;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Reactor.Simulated.Tests.Bugs;

/// <summary>
/// The proof that the runs see something: with a bug planted in the system, in a layer, in the answers or in what a protocol
/// does with memory, one of the first runs fails, and says why. The same runs without a bug are green, see
/// <see cref="ModelRunsSpec"/> and <see cref="EchoRunsSpec"/>.
/// </summary>
public sealed class PlantedBugsSpec(ITestOutputHelper output)
{
    // Any of these is found in fewer runs; docs/guarantees.md says the number.
    private const int Seeds = 100;
    private const string WrongBytes = "arrived";
    private const string Received = "bytes that are not the first of those sent";

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void A_reordering_is_found(EngineStyle style) =>
        FoundInSystem(p => new WrappedPlatform(p, engine => new Reordering(engine)), style, WrongBytes);

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void A_dropped_tail_is_found(EngineStyle style) =>
        FoundInSystem(p => new WrappedPlatform(p, engine => new DroppedTail(engine)), style, WrongBytes);

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void A_duplication_is_found(EngineStyle style) =>
        FoundInSystem(p => new WrappedPlatform(p, engine => new Duplication(engine)), style, WrongBytes);

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void A_stale_event_delivered_to_the_next_owner_is_found(EngineStyle style) =>
        FoundInSystem(p => new WrappedPlatform(p, engine => new StaleDelivery(engine)), style, Received);

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void A_missed_wake_up_is_found(EngineStyle style) =>
        FoundInSystem(
            p =>
            {
                MissedWakeUp.Counter sets = new();
                return new WrappedPlatform(p, wake: wake => new MissedWakeUp(wake, sets));
            },
            style,
            "The condition did not become true within"
        );

    // The simulated kernel that completes receives gives 4 KiB at a time, and memory of so little is never used again.
    [Fact]
    public void Memory_that_is_released_while_it_is_in_use_is_found() =>
        Found(() => new Plant { ReleasesEarly = true }, EngineStyle.Readiness, Received);

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void A_write_that_is_answered_twice_is_found(EngineStyle style) =>
        FoundInAnswers(answer => [answer, answer], style, "was answered 2 times");

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void A_write_that_is_never_acknowledged_is_found(EngineStyle style) =>
        FoundInAnswers(answer => answer == Answer.Acknowledged ? [] : [answer], style, "was answered 0 times");

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void An_answer_that_is_lost_at_the_end_of_a_connection_is_found(EngineStyle style) =>
        FoundInAnswers(answer => answer == Answer.Closed ? [] : [answer], style, "was answered 0 times");

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void A_refusal_of_a_write_that_was_accepted_is_found(EngineStyle style) =>
        FoundInAnswers(answer => [answer == Answer.Acknowledged ? Answer.Refused : answer], style, WrongBytes);

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void In_a_layer_a_reordering_is_found(EngineStyle style) =>
        FoundInLayer(lower => Props.Create(() => new ReorderingLayer(lower)), style, WrongBytes);

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void In_a_layer_a_loss_is_found(EngineStyle style) =>
        FoundInLayer(lower => Props.Create(() => new LosingLayer(lower)), style, WrongBytes);

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void In_a_layer_a_duplication_is_found(EngineStyle style) =>
        FoundInLayer(lower => Props.Create(() => new DuplicatingLayer(lower)), style, WrongBytes);

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void In_a_layer_memory_of_a_write_that_is_used_again_before_it_has_left_is_found(EngineStyle style) =>
        FoundInLayer(lower => Props.Create(() => new ReusingLayer(lower)), style, WrongBytes);

    [Fact]
    public void In_a_layer_memory_that_is_released_before_the_protocol_has_read_it_is_found() =>
        FoundInLayer(lower => Props.Create(() => new ReleasingLayer(lower)), EngineStyle.Readiness, Received);

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void In_a_layer_a_write_that_is_answered_twice_is_found(EngineStyle style) =>
        FoundInLayer(lower => Props.Create(() => new AnsweringTwiceLayer(lower)), style, "was answered 2 times");

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void In_a_layer_an_answer_that_is_lost_when_its_protocol_stops_is_found(EngineStyle style) =>
        FoundInLayer(lower => Props.Create(() => new AnsweringLayer(lower)), style, "was answered 0 times");

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void In_a_layer_a_refusal_of_a_write_that_was_accepted_is_found(EngineStyle style) =>
        FoundInLayer(lower => Props.Create(() => new RefusingLateLayer(lower)), style, WrongBytes);

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void Bytes_that_are_offered_while_a_task_runs_are_found(EngineStyle style) =>
        FoundInTasks(TaskBug.Unknown, style, "bytes were offered while a task was running");

    [Fact]
    public void Memory_that_is_released_while_a_task_uses_it_is_found() =>
        FoundInTasks(TaskBug.ReleasesEarly, EngineStyle.Readiness, Received);

    [Theory]
    [InlineData(EngineStyle.Readiness)]
    [InlineData(EngineStyle.Completion)]
    public void A_task_that_outlives_its_connection_is_found(EngineStyle style) =>
        FoundInTasks(TaskBug.OutlivesTheEnd, style, "a task was running when its connection had ended");

    [Fact]
    public void The_wrapping_alone_is_no_bug()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            Func<IPlatform, IPlatform> wrapped = p => new WrappedPlatform(p, e => new NoBug(e), w => w);
            new EchoRun(seed, SimulatedFaults.Harmless, wrapped).Execute();
            Plant plant = new() { Platform = wrapped };
            new ModelRun(seed, SimulatedFaults.Harmless, EngineStyle.Readiness, plant).Execute();
        }
    }

    private void FoundInLayer(Func<IActorRef, Props> layer, EngineStyle style, string complaint) =>
        Found(() => new Plant { Layer = layer }, style, complaint);

    private void FoundInAnswers(Func<Answer, IEnumerable<Answer>> answers, EngineStyle style, string complaint) =>
        Found(() => new Plant { Answers = answers }, style, complaint);

    private void FoundInTasks(TaskBug bug, EngineStyle style, string complaint) =>
        Found(() => new Plant { Tasks = bug }, style, complaint);

    // The runs of an echo see these, too.
    private void FoundInSystem(Func<IPlatform, IPlatform> plant, EngineStyle style, string complaint)
    {
        Found(() => new Plant { Platform = plant }, style, complaint);
        Found(seed => new EchoRun(seed, SimulatedFaults.Harmless, plant).Execute(), "");
    }

    private void Found(Func<Plant> plant, EngineStyle style, string complaint) =>
        Found(seed => new ModelRun(seed, SimulatedFaults.Harmless, style, plant()).Execute(), complaint);

    private void Found(Action<int> run, string complaint)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            if (
                Record(() => run(seed)) is { } found
                && found.Message.Split('\n')[0].Contains(complaint, StringComparison.Ordinal)
            )
            {
                output.WriteLine(found.Message);
                Assert.Equal(seed, found.Seed);
                Assert.Contains($"seed {seed} reproduces it", found.Message, StringComparison.Ordinal);
                SimulationException again = Assert.Throws<SimulationException>(() => run(seed));
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
