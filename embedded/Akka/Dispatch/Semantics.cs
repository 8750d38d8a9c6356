using System;
using Akka.Actor;

namespace Akka.Dispatch;

/// <summary>A property of a message queue that actors and dispatchers can require.</summary>
public interface ISemantics { }

/// <summary>The queue never refuses a message.</summary>
public interface IUnboundedMessageQueueSemantics : ISemantics { }

/// <summary>The queue has a capacity.</summary>
public interface IBoundedMessageQueueSemantics : ISemantics
{
    /// <summary>How long a sender waits at a full queue before its message becomes a dead letter.</summary>
    TimeSpan PushTimeOut { get; }
}

/// <summary>Messages can be put back in front; a stash needs it.</summary>
public interface IDequeBasedMessageQueueSemantics : ISemantics
{
    void EnqueueFirst(Envelope envelope);
}

/// <summary>A deque without limit.</summary>
public interface IUnboundedDequeBasedMessageQueueSemantics
    : IDequeBasedMessageQueueSemantics,
        IUnboundedMessageQueueSemantics { }

/// <summary>A deque with a capacity.</summary>
public interface IBoundedDequeBasedMessageQueueSemantics
    : IDequeBasedMessageQueueSemantics,
        IBoundedMessageQueueSemantics { }

/// <summary>Several consumers may take from the queue.</summary>
public interface IMultipleConsumerSemantics : ISemantics { }

/// <summary>Marks an actor class with what its message queue must be.</summary>
public interface IRequiresMessageQueue<T>
    where T : ISemantics { }

/// <summary>Marks a mailbox type with the queue it makes.</summary>
public interface IProducesMessageQueue<TQueue>
    where TQueue : MessageQueues.IMessageQueue { }

/// <summary>A mailbox type whose queues may make senders wait.</summary>
public interface IProducesPushTimeoutSemanticsMailbox
{
    TimeSpan PushTimeout { get; }
}
