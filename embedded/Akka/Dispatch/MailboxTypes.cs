using System;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch.MessageQueues;

namespace Akka.Dispatch;

/// <summary>Makes the message queues of the actors that ask for it.</summary>
public abstract class MailboxType
{
    protected readonly Settings Settings;

    protected readonly Config Config;

    protected MailboxType(Settings settings, Config config)
    {
        Settings = settings;
        Config = config;
    }

    public abstract IMessageQueue Create(IActorRef owner, ActorSystem system);
}

/// <summary>The default mailbox.</summary>
public sealed class UnboundedMailbox : MailboxType, IProducesMessageQueue<UnboundedMessageQueue>
{
    public UnboundedMailbox()
        : this(null, null) { }

    public UnboundedMailbox(Settings settings, Config config)
        : base(settings, config) { }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new UnboundedMessageQueue();
}

/// <summary>The mailbox of actors with a stash.</summary>
public sealed class UnboundedDequeBasedMailbox : MailboxType, IProducesMessageQueue<UnboundedDequeMessageQueue>
{
    public UnboundedDequeBasedMailbox(Settings settings, Config config)
        : base(settings, config) { }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new UnboundedDequeMessageQueue();
}

/// <summary>A mailbox with <c>mailbox-capacity</c> and <c>mailbox-push-timeout-time</c>.</summary>
public sealed class BoundedMailbox
    : MailboxType,
        IProducesMessageQueue<BoundedMessageQueue>,
        IProducesPushTimeoutSemanticsMailbox
{
    public BoundedMailbox(Settings settings, Config config)
        : base(settings, config)
    {
        (Capacity, PushTimeout) = Bounds.Read(config);
    }

    public int Capacity { get; }

    public TimeSpan PushTimeout { get; }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new BoundedMessageQueue(Capacity, PushTimeout);
}

/// <summary>A bounded mailbox for actors with a stash.</summary>
public class BoundedDequeBasedMailbox
    : MailboxType,
        IProducesMessageQueue<BoundedDequeMessageQueue>,
        IProducesPushTimeoutSemanticsMailbox
{
    public BoundedDequeBasedMailbox(Settings settings, Config config)
        : base(settings, config)
    {
        (Capacity, PushTimeout) = Bounds.Read(config);
    }

    public int Capacity { get; }

    public TimeSpan PushTimeout { get; }

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) =>
        new BoundedDequeMessageQueue(Capacity, PushTimeout);
}

file static class Bounds
{
    public static (int Capacity, TimeSpan PushTimeout) Read(Config config)
    {
        int capacity = config.GetInt("mailbox-capacity", 0);
        TimeSpan pushTimeout = config.GetTimeSpan("mailbox-push-timeout-time", TimeSpan.FromSeconds(-1));
        if (capacity < 0)
            throw new ArgumentException("The capacity of a bounded mailbox cannot be negative", nameof(config));
        if (pushTimeout < TimeSpan.Zero)
            throw new ArgumentException("The push time-out of a bounded mailbox cannot be negative", nameof(config));
        return (capacity, pushTimeout);
    }
}
