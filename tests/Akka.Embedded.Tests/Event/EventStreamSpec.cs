using Akka.Actor;
using Akka.Event;
using Xunit;

namespace Akka.Embedded.Tests.Event;

public sealed class EventStreamSpec : KernelSpec
{
    [Fact]
    public void A_subscriber_gets_events_of_its_class_and_of_subclasses()
    {
        Assert.True(Sys.EventStream.Subscribe(TestActor, typeof(Base)));
        Assert.False(Sys.EventStream.Subscribe(TestActor, typeof(Base)));
        Sys.EventStream.Publish(new Base());
        ExpectMsg<Base>();
        Sys.EventStream.Publish(new Derived());
        ExpectMsg<Derived>();
        Sys.EventStream.Publish("other");
        ExpectNoMsg(AWhile);
    }

    [Fact]
    public void An_interface_is_a_class_too()
    {
        Sys.EventStream.Subscribe<IMark>(TestActor);
        Sys.EventStream.Publish(new Derived());
        ExpectMsg<Derived>();
    }

    [Fact]
    public void Subscribed_twice_an_event_is_told_once()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Base));
        Sys.EventStream.Subscribe(TestActor, typeof(Derived));
        Sys.EventStream.Publish(new Derived());
        ExpectMsg<Derived>();
        ExpectNoMsg(AWhile);
    }

    [Fact]
    public void After_unsubscribing_nothing_comes()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Base));
        Assert.True(Sys.EventStream.Unsubscribe(TestActor, typeof(Base)));
        Sys.EventStream.Publish(new Base());
        Sys.EventStream.Subscribe(TestActor, typeof(Derived));
        Assert.True(Sys.EventStream.Unsubscribe(TestActor));
        Sys.EventStream.Publish(new Derived());
        ExpectNoMsg(AWhile);
    }

    [Fact]
    public void A_dead_letter_has_message_sender_and_recipient()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));
        Sys.DeadLetters.Tell("direct", TestActor);
        DeadLetter direct = ExpectMsg<DeadLetter>();
        Assert.Equal("direct", direct.Message);
        Assert.Equal(TestActor, direct.Sender);
        Assert.Equal(Sys.DeadLetters, direct.Recipient);
        Sys.ActorSelection("/user/nobody").Tell("selected", TestActor);
        DeadLetter selected = ExpectMsg<DeadLetter>();
        Assert.Equal("selected", selected.Message);
        Assert.Equal($"akka://{Sys.Name}/user/nobody", selected.Recipient.Path.ToString());
        Sys.DeadLetters.Tell(new Hushed(), TestActor);
        Assert.IsType<Hushed>(ExpectMsg<SuppressedDeadLetter>().Message);
    }

    [Fact]
    public void What_nobody_handles_comes_by()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        IActorRef actor = APuppet();
        actor.Tell("strange");
        UnhandledMessage unhandled = ExpectMsg<UnhandledMessage>();
        Assert.Equal("strange", unhandled.Message);
        Assert.Equal(actor, unhandled.Recipient);
    }

    private interface IMark;

    private class Base;

    private sealed class Derived : Base, IMark;

    private sealed class Hushed : IDeadLetterSuppression;
}
