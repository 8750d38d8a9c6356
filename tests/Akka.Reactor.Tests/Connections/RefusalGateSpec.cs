using Akka.Reactor.Connections;
using Xunit;

namespace Akka.Reactor.Tests.Connections;

/// <summary>When writes are accepted again after a refusal.</summary>
public sealed class RefusalGateSpec
{
    private readonly object _origin = new();

    [Fact]
    public void It_opens_when_whoever_was_asked_goes_on()
    {
        RefusalGate gate = Asked();
        Assert.True(gate.IsClosed);
        Assert.True(gate.Resume(heardAll: false));
        Assert.False(gate.IsClosed);
        Assert.False(gate.Resume(heardAll: true));
    }

    [Fact]
    public void Nobody_goes_on_at_once_who_has_not_heard_of_a_refusal_yet()
    {
        RefusalGate gate = Asked();
        gate.Close();
        Assert.False(gate.Resume(heardAll: false));
        Assert.True(gate.IsClosed);

        // Who waits for the answer hears of all refusals before it.
        Assert.True(gate.Resume(heardAll: true));
        Assert.False(gate.IsClosed);

        // The next time there is nothing left of it.
        gate.Close();
        Assert.NotNull(gate.Relax(_origin, ask: true));
        Assert.True(gate.Resume(heardAll: false));
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

    private RefusalGate Asked()
    {
        RefusalGate gate = default;
        gate.Close();
        Writable? question = gate.Relax(_origin, ask: true);
        Assert.Same(_origin, question!.Origin);
        return gate;
    }
}
