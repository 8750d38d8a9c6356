using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace Akka.Dispatch.MessageQueues;

/// <summary>The ordinary queue.</summary>
public class UnboundedMessageQueue : IMessageQueue, IUnboundedMessageQueueSemantics
{
    private readonly ConcurrentQueue<Envelope> _queue = new();

    public bool HasMessages => !_queue.IsEmpty;

    public int Count => _queue.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope) => _queue.Enqueue(envelope);

    public bool TryDequeue(out Envelope envelope) => _queue.TryDequeue(out envelope);

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out Envelope envelope))
            deadletters.Enqueue(owner, envelope);
    }
}

/// <summary>A queue with a capacity: a sender waits the push timeout for room, then its message becomes a dead letter.</summary>
public class BoundedMessageQueue : IMessageQueue, IBoundedMessageQueueSemantics
{
    private readonly BlockingCollection<Envelope> _queue;

    public BoundedMessageQueue(Config config)
        : this(
            config.GetInt("mailbox-capacity", int.MaxValue),
            config.GetTimeSpan("mailbox-push-timeout-time", TimeSpan.FromSeconds(-1))
        ) { }

    public BoundedMessageQueue(int boundedCapacity, TimeSpan pushTimeOut)
    {
        PushTimeOut = pushTimeOut;
        _queue = boundedCapacity switch
        {
            < 0 => throw new ArgumentException("The bounded capacity cannot be negative", nameof(boundedCapacity)),
            0 => new BlockingCollection<Envelope>(),
            _ => new BlockingCollection<Envelope>(boundedCapacity),
        };
    }

    public bool HasMessages => _queue.Count > 0;

    public int Count => _queue.Count;

    public TimeSpan PushTimeOut { get; set; }

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        if (PushTimeOut.TotalMilliseconds >= 0)
        {
            if (!_queue.TryAdd(envelope, PushTimeOut))
                Overflow.ToDeadLetters(receiver, envelope);
        }
        else
        {
            _queue.Add(envelope);
        }
    }

    public bool TryDequeue(out Envelope envelope) => _queue.TryTake(out envelope);

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out Envelope envelope))
            deadletters.Enqueue(owner, envelope);
    }
}

/// <summary>Puts a front onto another queue. The front is the actor's own: only its thread uses it.</summary>
public class DequeWrapperMessageQueue : IMessageQueue, IDequeBasedMessageQueueSemantics
{
    protected readonly IMessageQueue MessageQueue;

    private readonly Stack<Envelope> _front = new();

    public DequeWrapperMessageQueue(IMessageQueue messageQueue)
    {
        MessageQueue = messageQueue;
    }

    public bool HasMessages => _front.Count > 0 || MessageQueue.HasMessages;

    public int Count => _front.Count + MessageQueue.Count;

    public void Enqueue(IActorRef receiver, Envelope envelope) => MessageQueue.Enqueue(receiver, envelope);

    public void EnqueueFirst(Envelope envelope) => _front.Push(envelope);

    public bool TryDequeue(out Envelope envelope) =>
        _front.TryPop(out envelope) || MessageQueue.TryDequeue(out envelope);

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out Envelope envelope))
            deadletters.Enqueue(owner, envelope);
    }
}

/// <summary>The queue of an actor that stashes.</summary>
public class UnboundedDequeMessageQueue : DequeWrapperMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
{
    public UnboundedDequeMessageQueue()
        : base(new UnboundedMessageQueue()) { }
}

/// <summary>A deque over a bounded queue; what is put back in front does not count against the capacity.</summary>
public class BoundedDequeMessageQueue : DequeWrapperMessageQueue, IBoundedDequeBasedMessageQueueSemantics
{
    public BoundedDequeMessageQueue(int boundedCapacity, TimeSpan pushTimeOut)
        : base(new BoundedMessageQueue(boundedCapacity, pushTimeOut))
    {
        PushTimeOut = pushTimeOut;
    }

    public TimeSpan PushTimeOut { get; }
}

internal static class Overflow
{
    public static void ToDeadLetters(IActorRef receiver, Envelope envelope) =>
        ((IInternalActorRef)receiver).Provider.DeadLetters.Tell(
            new DeadLetter(envelope.Message, envelope.Sender, receiver),
            envelope.Sender
        );
}
