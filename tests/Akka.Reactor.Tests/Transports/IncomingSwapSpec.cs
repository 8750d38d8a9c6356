using Akka.Reactor.Transports;
using Xunit;

namespace Akka.Reactor.Tests.Transports;

public sealed class IncomingSwapSpec
{
    [Fact]
    public void Without_a_change_of_owner_nothing_is_held()
    {
        IncomingSwap swap = default;
        Assert.False(swap.Holds);
    }

    [Fact]
    public void What_the_transport_tells_is_held_until_the_hand_over_and_replayed_in_order()
    {
        IncomingSwap swap = default;
        swap.Begin();
        Assert.True(swap.Holds);
        swap.Hold("first");
        swap.Hold("second");
        Assert.True(swap.Holds);
        Assert.Equal(["first", "second"], swap.Complete());
        Assert.False(swap.Holds);
    }

    [Fact]
    public void A_hand_over_with_nothing_held_replays_nothing()
    {
        IncomingSwap swap = default;
        swap.Begin();
        Assert.Empty(swap.Complete());
        Assert.False(swap.Holds);
    }

    [Fact]
    public void A_hand_over_that_comes_before_the_transport_holds_nothing_back()
    {
        IncomingSwap swap = default;
        Assert.Empty(swap.Complete());
        swap.Begin();
        Assert.False(swap.Holds);
    }
}
