using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Stands for "nothing was received": asking it for the message or the sender throws.</summary>
public sealed class NullMessageEnvelope : MessageEnvelope
{
    public static NullMessageEnvelope Instance = new();

    private NullMessageEnvelope() { }

    public override object Message => throw NothingReceived();

    public override IActorRef Sender => throw NothingReceived();

    public override string ToString() => "<null>";

    private static IllegalActorStateException NothingReceived() => new("last receive did not dequeue a message");
}
