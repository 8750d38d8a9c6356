using System;
using System.Collections.Generic;
using System.Threading;
using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Dispatch;

namespace Akka.Event;

/// <summary>The event bus of a system; actors that stop are unsubscribed.</summary>
public class EventStream : LoggingBus
{
    private static int _unsubscribers;

    private readonly bool _debug;
    private readonly Lock _gate = new();
    private readonly List<IActorRef> _waiting = [];
    private volatile IActorRef _unsubscriber;

    public EventStream(bool debug)
    {
        _debug = debug;
    }

    public override bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        WatchSubscriber(subscriber);
        bool isNew = base.Subscribe(subscriber, channel);
        Report($"subscribing {subscriber} to channel {channel}");
        return isNew;
    }

    public override bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        Report($"unsubscribing {subscriber} from channel {channel}");
        return base.Unsubscribe(subscriber, channel);
    }

    public override bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        Report($"unsubscribing {subscriber} from all channels");
        _unsubscriber?.Tell(new EventStreamUnsubscriber.Forget(subscriber), ActorRefs.NoSender);
        return base.Unsubscribe(subscriber);
    }

    public void StartUnsubscriber(ActorSystemImpl system)
    {
        lock (_gate)
        {
            if (_unsubscriber is not null)
                return;
            _unsubscriber = system.SystemActorOf(
                Props.Create(() => new EventStreamUnsubscriber(this)).WithDispatcher(Dispatchers.InternalDispatcherId),
                $"EventStreamUnsubscriber-{Interlocked.Increment(ref _unsubscribers)}"
            );
            foreach (IActorRef subscriber in _waiting)
                WatchSubscriber(subscriber);
            _waiting.Clear();
        }
    }

    private void WatchSubscriber(IActorRef subscriber)
    {
        // The console has no cell: it neither dies nor can it be watched.
        if (subscriber is MinimalLogger)
            return;
        if (_unsubscriber is null)
        {
            lock (_gate)
            {
                if (_unsubscriber is null)
                {
                    _waiting.Add(subscriber);
                    return;
                }
            }
        }

        _unsubscriber.Tell(new EventStreamUnsubscriber.Register(subscriber), ActorRefs.NoSender);
    }

    private void Report(string what)
    {
        if (_debug)
            Publish(new Debug(SimpleName(this), GetType(), what));
    }
}

/// <summary>Watches the subscribers of the event stream.</summary>
internal sealed class EventStreamUnsubscriber : ActorBase
{
    private readonly EventStream _eventStream;

    public EventStreamUnsubscriber(EventStream eventStream)
    {
        _eventStream = eventStream;
    }

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Register register:
                Context.Watch(register.Actor);
                return true;
            case Forget forget:
                Context.Unwatch(forget.Actor);
                return true;
            case Terminated terminated:
                _eventStream.Unsubscribe(terminated.ActorRef);
                return true;
            default:
                return false;
        }
    }

    public sealed record Register(IActorRef Actor) : INoSerializationVerificationNeeded;

    public sealed record Forget(IActorRef Actor) : INoSerializationVerificationNeeded;
}

/// <summary>Subscribing by type parameter.</summary>
public static class EventStreamExtensions
{
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Subscribe(subscriber, typeof(TChannel));

    public static bool Unsubscribe<TChannel>(this EventStream eventStream, IActorRef subscriber) =>
        eventStream.Unsubscribe(subscriber, typeof(TChannel));
}
