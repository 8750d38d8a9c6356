using System.Buffers;
using Akka.Reactor.Protocols;
using Xunit;

namespace Akka.Reactor.Tests.Protocols;

/// <summary>What a protocol has received and not consumed, and the credit that its transport has not got back.</summary>
public sealed class InboundOfferSpec
{
    private const int MaxUnread = 1000;

    [Fact]
    public void Kept_bytes_are_in_order_and_what_is_consumed_of_them_is_gone()
    {
        InboundOffer offer = new(MaxUnread);
        Assert.False(offer.HasKept);
        offer.Keep(Bytes(1, 2));
        offer.Keep(default);
        offer.Keep(Bytes(3));
        Assert.Equal([1, 2, 3], offer.Kept.ToArray());
        offer.KeepOnly(1);
        Assert.Equal([3], offer.TakeKept().ToArray());
        Assert.False(offer.HasKept);
        Assert.True(offer.TakeKept().IsEmpty);
    }

    [Fact]
    public void Credit_is_returned_in_batches_of_half_of_what_may_be_unread_and_never_twice()
    {
        InboundOffer offer = new(MaxUnread);
        Assert.Equal(0, offer.Consume(499));
        Assert.Equal(500, offer.Consume(1));
        Assert.Equal(0, offer.Consume(10));
        Assert.Equal(10, offer.TakeCredit());
        Assert.Equal(0, offer.TakeCredit());
    }

    [Theory]
    [InlineData(300, 699, false)]
    [InlineData(300, 700, true)]
    public void Credit_that_is_held_back_counts_together_with_what_is_kept(int uncredited, int kept, bool holdsBack)
    {
        InboundOffer offer = new(MaxUnread);
        Assert.Equal(0, offer.Consume(uncredited));
        Assert.Equal(holdsBack, offer.HoldsCreditBack(kept));
        Assert.False(offer.IsTooMuch(MaxUnread - 1));
        Assert.True(offer.IsTooMuch(MaxUnread));
    }

    [Fact]
    public void A_transport_is_suspended_once_and_resumed_once()
    {
        InboundOffer offer = new(MaxUnread);
        Assert.False(offer.Resume());
        Assert.True(offer.Suspend(readAhead: false));
        Assert.False(offer.Suspend(readAhead: false));
        Assert.True(offer.IsTransportSuspended);
        Assert.True(offer.Resume());
        Assert.False(offer.Resume());
    }

    [Fact]
    public void A_protocol_that_reads_ahead_suspends_only_itself_until_it_suspends_the_transport_too()
    {
        InboundOffer offer = new(MaxUnread);
        Assert.False(offer.Suspend(readAhead: true));
        Assert.True(offer.IsSuspended);
        Assert.False(offer.IsTransportSuspended);
        Assert.True(offer.Suspend(readAhead: false));

        // The transport stays suspended, whatever is asked for later.
        Assert.False(offer.Suspend(readAhead: true));
        Assert.True(offer.IsTransportSuspended);
        Assert.True(offer.Resume());
        Assert.False(offer.Suspend(readAhead: true));
        Assert.False(offer.Resume());
    }

    private static ReadOnlySequence<byte> Bytes(params byte[] bytes) => new(bytes);
}
