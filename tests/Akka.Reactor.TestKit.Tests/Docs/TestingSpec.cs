using System;
using Akka.Actor;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Docs;

/// <summary>What docs/testing.md claims of its example.</summary>
public sealed class TestingSpec
{
    [Fact]
    public void The_planted_bug_is_found_and_its_seed_finds_it_again()
    {
        Props greeter = Props.Create<Greeter>();
        SimulationException found = Assert.Throws<SimulationException>(() => TestingSnippets.GreetsAlways(greeter));
        SimulationException again = Assert.Throws<SimulationException>(() =>
            TestingSnippets.Greets(greeter, found.Seed)
        );
        Assert.Equal(found.Message, again.Message, StringComparer.Ordinal);
        Assert.Contains("The peer received 'hello ", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_protocol_without_it_passes() => TestingSnippets.GreetsAlways(Props.Create<LineGreeter>());

    [Fact]
    public void A_silent_peer_is_given_up()
    {
        using Simulation simulation = new(1);
        TestingSnippets.GivesUp(simulation, simulation.CreateSystem("server", "10.0.0.1"));
    }

    [Fact]
    public void The_decoder_is_the_same_however_its_input_is_cut() =>
        Assert.Equal("[one][two][three]", TestingSnippets.Words("one two three four"u8.ToArray()));
}
