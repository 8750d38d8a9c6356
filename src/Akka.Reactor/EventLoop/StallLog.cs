using System;
using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Reactor.EventLoop;

/// <summary>Logs stalls, with the path of the actor that causes the stall.</summary>
internal sealed class StallLog(ExtendedActorSystem system, ILoggingAdapter log) : IStallListener
{
    private readonly ConcurrentDictionary<ReactorLoop, string> _names = new();

    public void Stalled(ReactorLoop loop, object? what, TimeSpan heldFor)
    {
        string name = NameOf(what);
        _names[loop] = name;
        log.Warning(
            "{0} has blocked {1} for {2} ms and still blocks it; nothing else runs on this loop",
            name,
            loop.Name,
            (long)heldFor.TotalMilliseconds
        );
    }

    public void StallEnded(ReactorLoop loop, TimeSpan heldFor)
    {
        _ = _names.TryRemove(loop, out string? name);
        log.Warning("{0} released {1} after {2} ms", name, loop.Name, (long)heldFor.TotalMilliseconds);
    }

    // Akka does not report which actor owns a mailbox, and to record this for every actor would cost every connection. So the owner
    // is searched for among all actors only when there is a stall: their cells are public, and each cell exposes its mailbox.
    private string NameOf(object? what) =>
        what switch
        {
            null => "Unknown work",
            Mailbox mailbox => PathOf(mailbox, system.Provider.RootGuardian) ?? "An actor that is stopping",
            _ => what.GetType().Name,
        };

    private static string? PathOf(Mailbox mailbox, IActorRef actor)
    {
        if (actor is not ActorRefWithCell withCell)
        {
            return null;
        }

        if (withCell.Underlying is ActorCell cell && ReferenceEquals(cell.Mailbox, mailbox))
        {
            return actor.Path.ToString();
        }

        foreach (IActorRef child in withCell.Children)
        {
            if (PathOf(mailbox, child) is { } path)
            {
                return path;
            }
        }

        return null;
    }
}
