using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;

namespace Akka.Reactor;

/// <summary>
/// Asks listeners and clients for their status, and sends all answers together. A member that stops meanwhile is left out, so that the
/// answer always comes. Lives for one request.
/// </summary>
internal sealed class StatusCollector : UntypedActor
{
    private readonly HashSet<IActorRef> _asked;
    private readonly List<ListenerStatus> _listeners = [];
    private readonly List<ClientStatus> _clients = [];
    private readonly Func<ReactorMemory> _memory;
    private readonly IActorRef _asker;

    /// <param name="members">The actors to ask. Each answers <see cref="GetStatus"/>.</param>
    /// <param name="memory">Returns the memory that all connections hold.</param>
    /// <param name="asker">The actor that receives <see cref="ReactorStatus"/>.</param>
    public StatusCollector(IReadOnlyList<IActorRef> members, Func<ReactorMemory> memory, IActorRef asker)
    {
        _asked = [.. members];
        _memory = memory;
        _asker = asker;
    }

    internal static Props Props(IReadOnlyList<IActorRef> members, Func<ReactorMemory> memory, IActorRef asker) =>
        Akka.Actor.Props.Create(() => new StatusCollector(members, memory, asker));

    protected override void PreStart()
    {
        foreach (IActorRef member in _asked)
        {
            Context.Watch(member).Tell(GetStatus.Instance, Self);
        }

        AnswerWhenComplete();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ListenerStatus listener when _asked.Remove(Sender):
                _listeners.Add(listener);
                break;
            case ClientStatus client when _asked.Remove(Sender):
                _clients.Add(client);
                break;
            case Terminated terminated:
                _asked.Remove(terminated.ActorRef);
                break;
            default:
                Unhandled(message);
                break;
        }

        AnswerWhenComplete();
    }

    private void AnswerWhenComplete()
    {
        if (_asked.Count > 0)
        {
            return;
        }

        _asker.Tell(
            new ReactorStatus(
                [.. _listeners.OrderBy(listener => listener.Name, StringComparer.Ordinal)],
                [.. _clients.OrderBy(client => client.Name, StringComparer.Ordinal)],
                _memory()
            ),
            Context.Parent
        );
        Context.Stop(Self);
    }
}
