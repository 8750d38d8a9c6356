using Akka.Actor;

namespace Akka.Reactor.EventLoop;

/// <summary>Tells an actor something when it expires.</summary>
internal sealed class TellDeadline(IActorRef target, object message) : Deadline
{
    internal override void Expire() => target.Tell(message, ActorRefs.NoSender);
}
