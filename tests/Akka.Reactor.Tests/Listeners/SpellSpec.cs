using Akka.Reactor.Listeners;
using Xunit;

namespace Akka.Reactor.Tests.Listeners;

public sealed class SpellSpec
{
    private Spell _spell;

    [Fact]
    public void It_begins_with_the_first_trouble_and_is_over_when_there_was_none_for_a_second()
    {
        Assert.True(_spell.Comes(1000));
        Assert.False(_spell.Comes(1999));
        Assert.False(_spell.Comes(2500));
        Assert.False(_spell.IsOver(3499, out _));
        Assert.True(_spell.IsOver(3500, out long lasted));
        Assert.Equal((1500, 3), (lasted, _spell.Times));
        Assert.False(_spell.IsOver(9000, out _));
    }

    [Fact]
    public void The_next_one_counts_anew()
    {
        _spell.Comes(0);
        _spell.Comes(1);
        Assert.True(_spell.IsOver(1001, out _));
        Assert.False(_spell.Running);
        Assert.True(_spell.Comes(1002));
        Assert.True(_spell.Running);
        Assert.Equal(1, _spell.Times);
        Assert.True(_spell.IsOver(5000, out long lasted));
        Assert.Equal(0, lasted);
    }

    [Fact]
    public void However_often_the_trouble_comes_it_begins_and_ends_at_most_twice_in_any_second()
    {
        System.Random random = new(7);
        System.Collections.Generic.List<long> said = [];
        for (long now = 0; now < 200_000; now += random.Next(1, 900))
        {
            if (random.Next(4) > 0 && _spell.Comes(now))
            {
                said.Add(now);
            }

            if (_spell.IsOver(now, out _))
            {
                said.Add(now);
            }
        }

        Assert.True(said.Count > 20, $"only {said.Count} lines: this is no test");
        for (int i = 2; i < said.Count; i++)
        {
            Assert.True(said[i] - said[i - 2] >= 1000, $"three lines from {said[i - 2]} to {said[i]} ms");
        }
    }
}
