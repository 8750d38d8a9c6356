using System;
using Akka.Reactor.Protocols;
using Akka.Reactor.Transports;
using Xunit;

namespace Akka.Reactor.Tests.Protocols;

/// <summary>Which end of a connection waits for what, and in whose words it is told.</summary>
public sealed class EndOrderSpec
{
    private static readonly Closed ByPeer = new(CloseReason.PeerFinished);
    private static readonly Closed ByReset = new(CloseReason.Reset);

    [Fact]
    public void A_FIN_waits_for_bytes_before_it_and_comes_once()
    {
        EndOrder order = default;
        Assert.False(order.PeerFinishes(waits: true));
        Assert.True(order.KeepsPeerFinished);
        Assert.True(order.TakePeerFinished());
        Assert.False(order.TakePeerFinished());
        Assert.True(order.PeerFinishes(waits: false));
    }

    [Fact]
    public void A_protocol_that_has_closed_is_not_told_of_a_FIN_that_has_waited()
    {
        EndOrder order = default;
        Assert.False(order.PeerFinishes(waits: true));
        order.Close();
        Assert.True(order.IsFinished);
        Assert.False(order.TakePeerFinished());
    }

    [Theory]
    [InlineData(CloseReason.PeerFinished, false, true)]
    [InlineData(CloseReason.Reset, false, false)]
    [InlineData(CloseReason.Reset, true, true)]
    [InlineData(CloseReason.Truncated, true, true)]
    [InlineData(CloseReason.Requested, true, false)]
    [InlineData(CloseReason.Aborted, true, false)]
    public void An_end_waits_for_kept_bytes_by_its_reason(CloseReason reason, bool readsToEnd, bool waits)
    {
        EndOrder order = default;
        Closed closed = new(reason);
        Assert.False(order.TryKeep(closed, suspended: false, keepsBytes: true, readsToEnd));
        Assert.False(order.TryKeep(closed, suspended: true, keepsBytes: false, readsToEnd));
        Assert.Equal(waits, order.TryKeep(closed, suspended: true, keepsBytes: true, readsToEnd));
        Assert.Equal(waits ? closed : null, order.TakeKept());
        Assert.Null(order.TakeKept());
        order.Close();
        Assert.False(order.TryKeep(closed, suspended: true, keepsBytes: true, readsToEnd));
    }

    [Fact]
    public void The_next_owner_gets_the_FIN_that_waits_and_hears_of_the_end_by_itself()
    {
        EndOrder order = default;
        order.PeerFinishes(waits: true);
        Assert.True(order.TryKeep(ByPeer, suspended: true, keepsBytes: false, readsToEnd: false));
        Assert.True(order.HandOver());
        Assert.False(order.HandOver());
        Assert.Null(order.TakeKept());
        Assert.False(order.TakePeerFinished());
    }

    [Fact]
    public void The_first_reason_of_the_protocol_stands_and_is_the_end_that_it_hears_of()
    {
        EndOrder order = default;
        Assert.Same(ByReset, order.ForProtocol(ByReset));
        PeerViolationException violation = new("first");
        Assert.True(order.Blame(violation));
        Assert.False(order.Blame(new PeerViolationException("second")));
        Closed closed = order.ForProtocol(ByReset);
        Assert.Equal(CloseReason.ProtocolViolation, closed.Reason);
        Assert.Same(violation, closed.Cause);
        Assert.True(closed.Logged);
    }

    [Fact]
    public void Marks_are_no_writes_of_the_protocol()
    {
        EndOrder order = default;
        Write own = new(new byte[1]);
        Write mark = new(ReadOnlyMemory<byte>.Empty, new OutboundPace.Mark(null!, 1));
        Assert.Equal([own], order.ForProtocol(ByReset with { Undelivered = [own, mark] }).Undelivered);
    }

    [Theory]
    [InlineData(true, CloseReason.PeerFinished)]
    [InlineData(false, CloseReason.Requested)]
    public void To_close_after_the_peer_has_finished_is_what_the_peer_wants(bool peerFinished, CloseReason reason)
    {
        EndOrder order = default;
        if (peerFinished)
        {
            order.PeerFinishes(waits: false);
        }

        order.Close();
        Assert.Equal(reason, order.ForPredecessor(new Closed(CloseReason.Requested)).Reason);
    }
}
