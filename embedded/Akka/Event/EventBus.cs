using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Akka.Actor;

namespace Akka.Event;

/// <summary>Subscribers by classifier; who has subscribed to a parent class gets the events of its subclasses as well.</summary>
public abstract class EventBus<TEvent, TClassifier, TSubscriber>
{
    private readonly Lock _gate = new();

    // Replaced as a whole on every change, so that publishing reads it without a lock.
    private Dictionary<TClassifier, TSubscriber[]> _subscriptions = [];

    // Who gets the events of which classifier, worked out when first asked for; forgotten on every change.
    private ConcurrentDictionary<TClassifier, TSubscriber[]> _resolved = new();

    protected string SimpleName(object source) => Logging.SimpleName(source);

    protected string SimpleName(Type source) => Logging.SimpleName(source);

    public virtual bool Subscribe(TSubscriber subscriber, TClassifier classifier)
    {
        lock (_gate)
        {
            TSubscriber[] present = _subscriptions.GetValueOrDefault(classifier, []);
            if (present.Contains(subscriber))
                return false;
            Change(classifier, [.. present, subscriber]);
            return true;
        }
    }

    public virtual bool Unsubscribe(TSubscriber subscriber)
    {
        lock (_gate)
        {
            bool found = false;
            foreach (TClassifier classifier in _subscriptions.Keys.ToArray())
                found |= Remove(subscriber, classifier);
            return found;
        }
    }

    public virtual bool Unsubscribe(TSubscriber subscriber, TClassifier classifier)
    {
        lock (_gate)
            return Remove(subscriber, classifier);
    }

    public virtual void Publish(TEvent @event)
    {
        TClassifier classifier = GetClassifier(@event);
        ConcurrentDictionary<TClassifier, TSubscriber[]> resolved = Volatile.Read(ref _resolved);
        if (!resolved.TryGetValue(classifier, out TSubscriber[] subscribers))
        {
            subscribers = Volatile
                .Read(ref _subscriptions)
                .Where(s => IsSubClassification(s.Key, classifier))
                .SelectMany(s => s.Value)
                .Distinct()
                .ToArray();
            resolved[classifier] = subscribers;
        }

        foreach (TSubscriber subscriber in subscribers)
            Publish(@event, subscriber);
    }

    protected abstract bool IsSubClassification(TClassifier parent, TClassifier child);

    protected abstract void Publish(TEvent @event, TSubscriber subscriber);

    protected abstract bool Classify(TEvent @event, TClassifier classifier);

    protected abstract TClassifier GetClassifier(TEvent @event);

    private bool Remove(TSubscriber subscriber, TClassifier classifier)
    {
        if (!_subscriptions.TryGetValue(classifier, out TSubscriber[] present) || !present.Contains(subscriber))
            return false;
        Change(classifier, present.Where(s => !s.Equals(subscriber)).ToArray());
        return true;
    }

    private void Change(TClassifier classifier, TSubscriber[] subscribers)
    {
        Volatile.Write(
            ref _subscriptions,
            new Dictionary<TClassifier, TSubscriber[]>(_subscriptions) { [classifier] = subscribers }
        );
        Volatile.Write(ref _resolved, new ConcurrentDictionary<TClassifier, TSubscriber[]>());
    }
}

/// <summary>An event bus whose subscribers are actors.</summary>
public abstract class ActorEventBus<TEvent, TClassifier> : EventBus<TEvent, TClassifier, IActorRef> { }
