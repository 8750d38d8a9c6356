using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>The user messages of one mailbox: filled from any thread, emptied by the mailbox alone.</summary>
public interface IMessageQueue
{
    bool HasMessages { get; }

    int Count { get; }

    void Enqueue(IActorRef receiver, Envelope envelope);

    bool TryDequeue(out Envelope envelope);

    /// <summary>The actor is gone: hands everything left to the dead letters.</summary>
    void CleanUp(IActorRef owner, IMessageQueue deadletters);
}
