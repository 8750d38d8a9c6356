using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Event;

namespace Akka.Reactor.Listeners;

/// <summary>
/// The listeners of a reactor, as their manager knows them: the two actors of each, who waits for an answer about it, and the drains
/// that are under way. A part of the manager; runs in its message processing.
/// </summary>
internal sealed class ListenerRegistry(IActorContext context, ILoggingAdapter log)
{
    private readonly IActorRef _self = context.Self;

    // By each of a listener's actors, as long as that actor lives.
    private readonly Dictionary<IActorRef, Listening> _listeners = [];
    private readonly HashSet<Listening> _draining = [];
    private readonly List<IActorRef> _drainers = [];
    private int _finished;
    private int _aborted;

    /// <summary>Adds a listener whose actors were just created.</summary>
    /// <param name="listener">The state that the two actors share.</param>
    /// <param name="acceptor">The actor NAME-acceptor.</param>
    /// <param name="connections">The actor NAME.</param>
    /// <param name="binder">The actor that asked for the listener.</param>
    internal void Add(Listener listener, IActorRef acceptor, IActorRef connections, IActorRef binder)
    {
        Listening listening = new(listener, acceptor, connections, binder);
        _listeners.Add(context.Watch(acceptor), listening);
        _listeners.Add(context.Watch(connections), listening);
    }

    /// <summary>The actors that answer for the listeners.</summary>
    internal IEnumerable<IActorRef> Acceptors => _listeners.Values.Distinct().Select(listening => listening.Acceptor);

    /// <summary>An actor has stopped. False when it was none of a listener's.</summary>
    internal bool TryRemove(IActorRef actor)
    {
        if (!_listeners.Remove(actor, out Listening? listening))
        {
            return false;
        }

        ActorEnded(listening);
        return true;
    }

    /// <summary>The manager stops, and so have its listeners: answers all who wait.</summary>
    internal void AnswerAll()
    {
        foreach (Listening listening in _listeners.Values.Distinct().ToArray())
        {
            Answer(listening);
        }
    }

    /// <summary>Drains every listener, and answers when all are drained.</summary>
    /// <param name="drainer">The actor to answer.</param>
    /// <param name="timeout">The time for a listener, by its options. Null: the listener's own.</param>
    internal void Drain(IActorRef drainer, Func<ListenerOptions, TimeSpan?> timeout)
    {
        if (_drainers.Count == 0)
        {
            _finished = 0;
            _aborted = 0;
        }

        _drainers.Add(drainer);
        foreach (Listening listening in _listeners.Values.Distinct())
        {
            _draining.Add(listening);
            listening.Acceptor.Tell(new Drain(timeout(listening.Listener.Options)), _self);
        }

        if (_draining.Count == 0)
        {
            // There is no listener to drain, so nothing is logged.
            AnswerDrainers();
        }
    }

    private void ListenerDrained()
    {
        if (_draining.Count == 0)
        {
            log.Info("Drained: {0} connections finished, {1} were aborted", _finished, _aborted);
            AnswerDrainers();
        }
    }

    private void AnswerDrainers()
    {
        foreach (IActorRef drainer in _drainers)
        {
            drainer.Tell(new DrainCompleted(_aborted), _self);
        }

        _drainers.Clear();
    }

    // Each of a listener's two actors is useless without the other. When both have stopped, their names are free, and the waiting
    // actors are answered.
    private void ActorEnded(Listening listening)
    {
        if (_listeners.ContainsKey(listening.Acceptor))
        {
            context.Stop(listening.Acceptor);
        }
        else if (_listeners.ContainsKey(listening.Connections))
        {
            context.Stop(listening.Connections);
        }
        else
        {
            Answer(listening);
        }
    }

    private void Answer(Listening listening)
    {
        Listener listener = listening.Listener;
        if (!listener.IsBound)
        {
            BindException failure =
                listener.Failure
                ?? new BindException(listener.EndPoint, listener.Options.Name, "the listener was stopped");
            listening.Binder.Tell(new BindFailed(listener.EndPoint, failure), listening.Acceptor);
        }

        foreach (IActorRef drainer in listener.Drainers.Where(drainer => !drainer.Equals(_self)))
        {
            drainer.Tell(new DrainCompleted(listener.Aborted), listening.Acceptor);
        }

        if (_draining.Remove(listening))
        {
            _finished += listener.Finished;
            _aborted += listener.Aborted;
            ListenerDrained();
        }
        else if (listener.Drainers.Count > 0)
        {
            log.Info(
                "{0}: drained: {1} connections finished, {2} were aborted",
                listener.Name,
                listener.Finished,
                listener.Aborted
            );
        }
    }

    /// <param name="Listener">The state that the two actors share. It may be read here when both actors have stopped.</param>
    /// <param name="Acceptor">The actor NAME-acceptor.</param>
    /// <param name="Connections">The actor NAME.</param>
    /// <param name="Binder">The actor that asked for the listener.</param>
    private sealed record Listening(Listener Listener, IActorRef Acceptor, IActorRef Connections, IActorRef Binder);
}
