using Akka.Reactor.Diagnostics;
using Xunit;

namespace Akka.Reactor.Tests.Diagnostics;

public sealed class TroublePeriodSpec
{
    private TroublePeriod _period;

    [Fact]
    public void It_begins_with_the_first_trouble_and_is_over_when_there_was_none_for_a_second()
    {
        Assert.True(_period.Comes(1000));
        Assert.False(_period.Comes(1999));
        Assert.False(_period.Comes(2500));
        Assert.False(_period.IsOver(3499, out _));
        Assert.True(_period.IsOver(3500, out long lasted));
        Assert.Equal((1500, 3), (lasted, _period.Times));
        Assert.False(_period.IsOver(9000, out _));
    }

    [Fact]
    public void One_trouble_lasts_until_it_passes()
    {
        _period.Comes(1000);
        _period.Passes(4000);
        _period.Passes(4500);
        Assert.False(_period.IsOver(4999, out _));
        Assert.True(_period.IsOver(5000, out long lasted));
        Assert.Equal((3000, 1), (lasted, _period.Times));
        _period.Passes(6000);
        Assert.False(_period.Running);
    }

    [Fact]
    public void The_next_one_counts_anew()
    {
        _period.Comes(0);
        _period.Comes(1);
        Assert.True(_period.IsOver(1001, out _));
        Assert.False(_period.Running);
        Assert.True(_period.Comes(1002));
        Assert.True(_period.Running);
        Assert.Equal(1, _period.Times);
        Assert.True(_period.IsOver(5000, out long lasted));
        Assert.Equal(0, lasted);
    }

    [Fact]
    public void However_often_the_trouble_comes_it_begins_and_ends_at_most_twice_in_any_second()
    {
        System.Random random = new(7);
        System.Collections.Generic.List<long> said = [];
        for (long now = 0; now < 200_000; now += random.Next(1, 900))
        {
            if (random.Next(4) > 0 && _period.Comes(now))
            {
                said.Add(now);
            }

            if (_period.IsOver(now, out _))
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
