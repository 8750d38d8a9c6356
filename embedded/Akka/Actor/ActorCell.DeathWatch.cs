#nullable enable

using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Akka.Util;

namespace Akka.Actor;

public partial class ActorCell
{
    // Whom this actor watches, with the message to be told instead of Terminated; whose Terminated is in the mailbox;
    // and who watches this actor. All made when first needed: most actors have none.
    private Dictionary<IActorRef, Option<object>>? _watching;
    private Dictionary<IActorRef, Option<object>>? _terminatedQueued;
    private HashSet<IActorRef>? _watchedBy;
    private bool _remembersUnwatch;

    public IActorRef Watch(IActorRef subject) => Watch(subject, Option<object>.None);

    public IActorRef WatchWith(IActorRef subject, object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Watch(subject, Option<object>.Create(message));
    }

    public IActorRef Unwatch(IActorRef subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var watched = (IInternalActorRef)subject;
        if (!watched.Equals(_self) && _watching?.Remove(watched) == true)
            watched.SendSystemMessage(new Unwatch(watched, _self));
        // A Terminated already in the mailbox must not be seen either.
        _terminatedQueued?.Remove(watched);
        return watched;
    }

    protected void ReceivedTerminated(Terminated t)
    {
        if (_terminatedQueued?.Remove(t.ActorRef, out Option<object> message) == true)
            ReceiveMessage(message.GetOrElse(t));
    }

    protected void WatchedActorTerminated(IActorRef actor, bool existenceConfirmed, bool addressTerminated)
    {
        if (_watching?.Remove(actor, out Option<object> message) == true && !IsTerminating)
        {
            _self.Tell(new Terminated(actor, existenceConfirmed, addressTerminated), actor);
            TerminatedQueuedFor(actor, message);
        }

        if (TryGetChildStatsByRef(actor, out _))
            HandleChildTerminated(actor);
    }

    public void TerminatedQueuedFor(IActorRef subject, Option<object> customMessage) =>
        QueuedTerminated()[subject] = customMessage;

    protected void TellWatchersWeDied()
    {
        if (_watchedBy is null)
            return;
        try
        {
            foreach (IActorRef watcher in _watchedBy)
            {
                // The parent hears of it as the parent.
                if (!watcher.Equals(Parent))
                    ((IInternalActorRef)watcher).SendSystemMessage(new DeathWatchNotification(_self, true, false));
            }
        }
        finally
        {
            _watchedBy = null;
        }
    }

    protected void UnwatchWatchedActors(ActorBase actor)
    {
        if (_watching is null)
            return;
        IActorRef[] watched = _watching.Keys.ToArray();
        _watching = null;
        _terminatedQueued = null;
        foreach (IActorRef watchee in watched)
        {
            var subject = (IInternalActorRef)watchee;
            subject.SendSystemMessage(new Unwatch(subject, _self));
        }
    }

    protected void AddWatcher(IActorRef watchee, IActorRef watcher)
    {
        bool watchesUs = watchee.Equals(_self);
        bool weWatch = watcher.Equals(_self);
        if (watchesUs && !weWatch)
        {
            bool added = (_watchedBy ??= []).Add(watcher);
            _remembersUnwatch |= _watchedBy.Count > 1;
            if (added && _systemImpl.Settings.DebugLifecycle)
                Publish(new Debug(_self.Path.ToString(), ActorType, $"now watched by {watcher}"));
        }
        else if (!watchesUs && weWatch)
        {
            Watch(watchee);
        }
        else
        {
            Publish(
                new Warning(_self.Path.ToString(), ActorType, $"BUG: illegal Watch({watchee},{watcher} for {_self}")
            );
        }
    }

    protected void RemWatcher(IActorRef watchee, IActorRef watcher)
    {
        bool watchesUs = watchee.Equals(_self);
        bool weWatch = watcher.Equals(_self);
        if (watchesUs && !weWatch)
        {
            // 1.5.30 does not take back the watch of an actor's only watcher as long as the actor has neither watched
            // anyone nor changed its behaviour. Cells never notice; refs that watch must, so it is kept.
            if (!_remembersUnwatch)
                return;
            if (_watchedBy?.Remove(watcher) == true && _systemImpl.Settings.DebugLifecycle)
                Publish(new Debug(_self.Path.ToString(), ActorType, $"no longer watched by {watcher}"));
        }
        else if (!watchesUs && weWatch)
        {
            Unwatch(watchee);
        }
        else
        {
            Publish(
                new Warning(_self.Path.ToString(), ActorType, $"BUG: illegal Unwatch({watchee},{watcher} for {_self}")
            );
        }
    }

    private IActorRef Watch(IActorRef subject, Option<object> message)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var watched = (IInternalActorRef)subject;
        // The first watch counts: a second one changes neither the message nor anything else.
        if (!watched.Equals(_self) && (_watching ??= []).TryAdd(watched, message))
        {
            _remembersUnwatch = true;
            watched.SendSystemMessage(new Watch(watched, _self));
        }

        return watched;
    }

    private Dictionary<IActorRef, Option<object>> QueuedTerminated()
    {
        _remembersUnwatch = true;
        return _terminatedQueued ??= [];
    }
}
