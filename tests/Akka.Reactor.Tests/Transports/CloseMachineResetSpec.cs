using Akka.Reactor.Transports;
using Xunit;
using static Akka.Reactor.Transports.CloseActions;

namespace Akka.Reactor.Tests.Transports;

/// <summary>The close of a connection whose peer is to have everything, and then a reset.</summary>
public sealed class CloseMachineResetSpec
{
    [Fact]
    public void There_is_no_fin_and_the_reset_waits_for_delivery_whether_the_peer_has_finished_or_not()
    {
        CloseMachine machine = default;
        Assert.Equal(ResetWhenDelivered, machine.Close(drained: true, thenReset: true));
        Assert.False(machine.FinSent);
        Assert.False(machine.AcceptsWrites);
        Assert.True(machine.Lingers);
        Assert.Equal(ResetWhenDelivered, machine.PeerFin());
        Assert.False(machine.Ended);
    }

    [Fact]
    public void It_waits_until_all_is_sent()
    {
        CloseMachine machine = default;
        Assert.Equal(None, machine.Close(drained: false, thenReset: true));
        Assert.Equal(None, machine.PeerFin());
        Assert.Equal(ResetWhenDelivered, machine.Drained());
        Assert.False(machine.FinSent);
    }

    [Fact]
    public void A_fin_that_was_owed_before_is_sent()
    {
        CloseMachine machine = default;
        machine.CloseWrite(drained: false);
        machine.Close(drained: false, thenReset: true);
        Assert.Equal(SendFin | ResetWhenDelivered, machine.Drained());
        Assert.True(machine.FinSent);
    }

    [Fact]
    public void A_fin_that_was_sent_before_counts()
    {
        CloseMachine machine = default;
        machine.CloseWrite(drained: true);
        Assert.Equal(ResetWhenDelivered, machine.Close(drained: true, thenReset: true));
        Assert.True(machine.FinSent);
    }

    [Fact]
    public void A_close_in_order_stays_one()
    {
        CloseMachine machine = default;
        machine.Close(drained: false);
        Assert.Equal(None, machine.Close(drained: false, thenReset: true));
        Assert.False(machine.ThenReset);
        Assert.Equal(SendFin | Linger, machine.Drained());
    }
}
