using Akka.Actor;

namespace Akka.Reactor.EventLoop;

/// <summary>Sends an actor a message when it expires.</summary>
internal sealed class TellDeadline(IActorRef target, object message, bool judgesPeer = false) : Deadline
{
    internal override bool JudgesPeer => judgesPeer;

    internal override void Expire() => target.Tell(message, ActorRefs.NoSender);
}
