using System.Buffers;
using System.Text;
using Akka.Reactor.Transports;
using Xunit;

namespace Akka.Reactor.Tests.Transports;

public sealed class OutgoingSwapSpec
{
    [Theory]
    [InlineData(UnreadPolicy.Reject)]
    [InlineData(UnreadPolicy.Forward)]
    public void With_nothing_unread_nothing_is_handed_over(UnreadPolicy policy)
    {
        HandedOver handed = new OutgoingSwap(policy).Complete();
        Assert.True(handed.Unread.IsEmpty);
        Assert.Null(handed.Refusal);
        Assert.False(handed.PeerFinished);
        Assert.Equal(policy, handed.Policy);
    }

    [Fact]
    public void Bytes_are_forwarded_in_order_those_held_before_those_that_came_late()
    {
        OutgoingSwap swap = new(UnreadPolicy.Forward);
        swap.CollectHeld(Bytes("ab"));
        swap.CollectLate(Bytes("cd"));
        swap.CollectLate(default);
        swap.CollectLate(Bytes("e"));
        HandedOver handed = swap.Complete();
        Assert.Equal("abcde", Text(handed.Unread));
        Assert.Null(handed.Refusal);
    }

    [Fact]
    public void Bytes_held_at_the_change_are_refused_where_the_peer_had_to_wait_and_none_is_handed_over()
    {
        OutgoingSwap swap = new(UnreadPolicy.Reject);
        swap.CollectHeld(Bytes("EHLO"));
        swap.CollectLate(Bytes("!"));
        HandedOver handed = swap.Complete();
        Assert.True(handed.Unread.IsEmpty);
        PeerViolationException refusal = Assert.IsType<PeerViolationException>(handed.Refusal);
        Assert.Contains("5 bytes", refusal.Message, System.StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_came_after_the_change_go_down_where_the_peer_had_to_wait()
    {
        // A ClientHello behind the 220: it was on its way to the old owner, and is for the layer to judge.
        OutgoingSwap swap = new(UnreadPolicy.Reject);
        swap.CollectHeld(default);
        swap.CollectLate(Bytes("\u0016\u0003\u0001"));
        HandedOver handed = swap.Complete();
        Assert.Equal("\u0016\u0003\u0001", Text(handed.Unread));
        Assert.Null(handed.Refusal);
        Assert.Equal(UnreadPolicy.Reject, handed.Policy);
    }

    [Theory]
    [InlineData(UnreadPolicy.Reject)]
    [InlineData(UnreadPolicy.Forward)]
    public void The_peers_end_is_handed_over_behind_the_bytes(UnreadPolicy policy)
    {
        OutgoingSwap swap = new(policy);
        swap.CollectLate(Bytes("x"));
        swap.PeerFinished();
        HandedOver handed = swap.Complete();
        Assert.Equal("x", Text(handed.Unread));
        Assert.True(handed.PeerFinished);
    }

    private static ReadOnlySequence<byte> Bytes(string text) => new(Encoding.ASCII.GetBytes(text));

    private static string Text(in ReadOnlySequence<byte> bytes) => Encoding.ASCII.GetString(bytes);
}
