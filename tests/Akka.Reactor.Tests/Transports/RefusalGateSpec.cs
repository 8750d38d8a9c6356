using Akka.Reactor.Transports;
using Xunit;

namespace Akka.Reactor.Tests.Transports;

/// <summary>When writes are accepted again after a refusal.</summary>
public sealed class RefusalGateSpec
{
    private readonly object _origin = new();

    [Fact]
    public void It_opens_when_whoever_was_asked_goes_on()
    {
        RefusalGate gate = Asked();
        Assert.True(gate.IsClosed);
        Assert.Same(WritingResumed.Awaited, gate.Resume(heardAll: false));
        Assert.False(gate.IsClosed);
        Assert.Null(gate.Resume(heardAll: true));
    }

    [Fact]
    public void Nobody_goes_on_at_once_who_has_not_heard_of_a_refusal_yet()
    {
        RefusalGate gate = Asked();
        gate.Close();
        Assert.Null(gate.Resume(heardAll: false));
        Assert.True(gate.IsClosed);

        // Who waits for the answer hears of all refusals before it.
        Assert.Same(WritingResumed.Awaited, gate.Resume(heardAll: true));
        Assert.False(gate.IsClosed);

        // The next time there is nothing left of it.
        gate.Close();
        Assert.NotNull(gate.Relax(_origin, ask: true));
        Assert.Same(WritingResumed.Awaited, gate.Resume(heardAll: false));
    }

    [Fact]
    public void It_asks_once()
    {
        RefusalGate gate = Asked();
        Assert.Null(gate.Relax(_origin, ask: true));
        gate.Close();
        Assert.Null(gate.Relax(_origin, ask: true));
    }

    [Fact]
    public void Who_is_not_asked_is_told()
    {
        RefusalGate gate = default;
        Assert.Null(gate.Relax(_origin, ask: false));
        gate.Close();
        Assert.Same(Writable.Instance, gate.Relax(_origin, ask: false));
        Assert.False(gate.IsClosed);
    }

    [Fact]
    public void A_new_owner_is_told_where_the_old_one_was_asked()
    {
        RefusalGate gate = Asked();
        Assert.Same(Writable.Instance, gate.ChangeOwner());
        Assert.False(gate.IsClosed);
        Assert.Null(gate.ChangeOwner());
    }

    [Fact]
    public void What_costs_more_than_there_is_room_for_is_refused_and_so_is_everything_until_it_opens()
    {
        RefusalGate gate = default;
        Assert.Null(gate.Admit(Of(100), cost: 0, limit: 100));
        WriteRefusedException refusal = Assert.IsType<WriteRefusedException>(
            gate.Admit(Of(100), cost: 228, limit: 300)
        );
        Assert.Equal((228, 300), (refusal.Queued, refusal.Limit));
        Assert.IsType<WriteRefusedException>(gate.Admit(Of(1), cost: 0, limit: 300));
        Assert.Same(Writable.Instance, gate.Relax(_origin, ask: false));
        Assert.Null(gate.Admit(Of(1), cost: 0, limit: 300));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nobody_waits_for_room_for_what_can_never_be_accepted(bool ask)
    {
        RefusalGate gate = default;
        WriteTooLargeException refusal = Assert.IsType<WriteTooLargeException>(
            gate.Admit(Of(101), cost: 0, limit: 100)
        );
        Assert.Equal((101, 100), (refusal.Size, refusal.Limit));
        Assert.True(gate.IsClosed);
        Assert.Equal(ask, gate.Relax(_origin, ask) is not null);
        Assert.Equal(ask, gate.IsClosed);
        Assert.Same(ask ? WritingResumed.Unawaited : null, gate.Resume(heardAll: true));
        Assert.False(gate.IsClosed);
    }

    [Fact]
    public void What_was_refused_behind_a_write_that_is_too_large_can_be_written_again()
    {
        RefusalGate gate = default;
        gate.Admit(Of(101), cost: 0, limit: 100);
        Assert.IsType<WriteRefusedException>(gate.Admit(Of(1), cost: 0, limit: 100));

        // And of it alone that is said which can be accepted some time.
        Assert.IsType<WriteRefusedException>(gate.Admit(Of(101), cost: 0, limit: 100));
        Assert.Same(Writable.Instance, gate.Relax(_origin, ask: false));
    }

    private static Write Of(int size) => new(new byte[size]);

    private RefusalGate Asked()
    {
        RefusalGate gate = default;
        gate.Close();
        Writable? question = gate.Relax(_origin, ask: true);
        Assert.Same(_origin, question!.Origin);
        return gate;
    }
}
