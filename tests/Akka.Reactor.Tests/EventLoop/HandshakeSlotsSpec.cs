using System.Collections.Generic;
using System.Linq;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Tests.Shared;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Akka.Reactor.Tests.EventLoop;

/// <summary>The books of handshakes: who has a slot, who is next, and who has to go when those that wait hold too much.</summary>
public sealed class HandshakeSlotsSpec
{
    private readonly HandshakeSlots _slots = new(most: 2, memory: 100);

    [Fact]
    public void No_more_are_worked_on_than_there_are_slots()
    {
        Named[] asking = [new("a"), new("b"), new("c")];
        foreach (Named handshake in asking)
        {
            _slots.Ask(handshake);
        }

        Assert.Equal(["a", "b"], Take());
        Assert.Equal(2, _slots.Working);
        Assert.Equal(1, _slots.Waiting);
        _slots.Done(asking[1], 10);
        Assert.Equal(["c"], Take());
    }

    [Fact]
    public void A_peer_that_owes_bytes_has_no_slot()
    {
        for (int i = 0; i < 9; i++)
        {
            Named halfOpen = new("half-open");
            _slots.Ask(halfOpen);
            Assert.Equal(["half-open"], Take());
            _slots.Done(halfOpen, 10);
        }

        Assert.Equal(0, _slots.Working);
        Assert.Equal(90, _slots.Held);
        _slots.Ask(new Named("honest"));
        Assert.Equal(["honest"], Take());
    }

    [Fact]
    public void Those_that_have_begun_come_before_those_that_have_not()
    {
        Named begun = new("begun");
        Begin(begun, 10);
        _slots.Ask(new Named("new"));
        _slots.Ask(begun);
        Assert.Equal(["begun", "new"], Take());
    }

    [Fact]
    public void A_handshake_that_asks_twice_has_one_slot()
    {
        Named handshake = new("a");
        _slots.Ask(handshake);
        _slots.Ask(handshake);
        Assert.Equal(["a"], Take());
        _slots.Ask(handshake);
        Assert.Empty(Take());
        Assert.Equal(1, _slots.Working);
    }

    [Fact]
    public void The_one_that_has_waited_longest_goes_first()
    {
        Named[] waiting = [new("a"), new("b"), new("c")];
        Begin(waiting[0], 40);
        _slots.Hold(waiting[1], 40);
        Assert.Null(_slots.TooMuch());
        _slots.Hold(waiting[2], 21);
        Assert.Same(waiting[0], _slots.TooMuch());
        _slots.Leave(waiting[0]);
        Assert.Null(_slots.TooMuch());
        Assert.Equal(61, _slots.Held);
    }

    [Fact]
    public void One_whose_peer_owes_nothing_goes_last()
    {
        Named[] asking = [new("a"), new("b")];
        foreach (Named handshake in asking)
        {
            _slots.Hold(handshake, 30);
            _slots.Ask(handshake);
        }

        Named owing = new("owing");
        _slots.Hold(owing, 60);
        Assert.Same(owing, _slots.TooMuch());
        _slots.Leave(owing);
        _slots.Hold(asking[1], 71);
        Assert.Same(asking[0], _slots.TooMuch());
    }

    [Fact]
    public void Bytes_that_come_one_by_one_make_nobody_younger()
    {
        Named dripping = new("dripping");
        _slots.Hold(dripping, 10);
        _slots.Hold(new Named("other"), 50);
        _slots.Hold(dripping, 60);
        Assert.Same(dripping, _slots.TooMuch());
    }

    [Fact]
    public void One_that_is_worked_on_does_not_count()
    {
        Named handshake = new("a");
        _slots.Hold(handshake, 500);
        _slots.Ask(handshake);
        Assert.Equal(["a"], Take());
        _slots.Hold(handshake, 700);
        Assert.Equal(0, _slots.Held);
        Assert.Null(_slots.TooMuch());
        _slots.Done(handshake, 101);
        Assert.Same(handshake, _slots.TooMuch());
    }

    [Fact]
    public void One_that_is_over_is_in_no_book()
    {
        Named owing = new("owing");
        Named asking = new("asking");
        Named working = new("working");
        Begin(owing, 10);
        _slots.Ask(working);
        Assert.Equal(["working"], Take());
        _slots.Ask(asking);
        _slots.Hold(asking, 10);
        foreach (Named handshake in (Named[])[owing, asking, working])
        {
            _slots.Leave(handshake);
            _slots.Leave(handshake);
            _slots.Ask(handshake);
            _slots.Hold(handshake, 10);
            _slots.Done(handshake, 10);
        }

        Assert.Equal((0, 0, 0L), (_slots.Working, _slots.Waiting, _slots.Held));
        Assert.Empty(Take());
    }

    [Fact]
    public void One_that_waits_and_holds_nothing_is_not_ended_for_what_others_hold()
    {
        HandshakeSlots slots = new(most: 1, memory: 50);
        Named working = new("working");
        Named ofClient = new("of a client") { HasBegun = true };
        Named ofServer = new("of a server") { HasBegun = true };
        slots.Ask(working);
        Assert.Same(working, slots.Next());
        slots.Ask(ofClient);
        slots.Hold(ofServer, 60);
        slots.Ask(ofServer);
        Assert.Same(ofServer, slots.TooMuch());
        slots.Leave(ofServer);
        Assert.Null(slots.TooMuch());
    }

    // Whatever happens in whatever order, the books agree with what is known of each handshake.
    [Fact]
    public void The_books_agree_with_the_handshakes() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<byte[]>().ToArbitrary(), Play)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Soak.Scale(500, 50_000)));

    private static void Play(byte[] happenings)
    {
        HandshakeSlots slots = new(most: 3, memory: 50);
        Named[] all = [.. Enumerable.Range(0, 6).Select(i => new Named($"{i}"))];
        foreach (byte happening in happenings)
        {
            Named handshake = all[happening % 6];
            int bytes = happening / 36 * 5;
            switch (happening / 6 % 6)
            {
                case 0:
                    slots.Ask(handshake);
                    break;
                case 1:
                    slots.Hold(handshake, bytes);
                    break;
                case 2:
                    slots.Done(handshake, bytes);
                    break;
                case 3 when happening > 200:
                    slots.Leave(handshake);
                    break;
                default:
                    slots.Next();
                    break;
            }

            Assert.Equal(all.Count(one => one.State == HandshakeState.Working), slots.Working);
            Assert.InRange(slots.Working, 0, 3);
            Assert.Equal(all.Count(one => one.State == HandshakeState.Asking), slots.Waiting);
            Assert.Equal(
                all.Where(one => one.State is HandshakeState.Asking or HandshakeState.Owed).Sum(one => one.Held),
                slots.Held
            );
            while (slots.TooMuch() is { } oldest)
            {
                Assert.NotEqual(0, oldest.Held);
                slots.Leave(oldest);
            }

            Assert.InRange(slots.Held, 0, 50);
        }
    }

    private void Begin(Named handshake, long bytes)
    {
        _slots.Ask(handshake);
        Assert.Equal([handshake.ToString()], Take());
        _slots.Done(handshake, bytes);
    }

    private List<string> Take()
    {
        List<string> taken = [];
        while (_slots.Next() is { } next)
        {
            taken.Add(next.ToString()!);
        }

        return taken;
    }

    private sealed class Named(string name) : Handshake
    {
        public override string ToString() => name;

        internal override void Begin() { }

        internal override void Shed(long held, long limit) { }
    }
}
