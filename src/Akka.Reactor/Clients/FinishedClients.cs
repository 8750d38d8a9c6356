using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Reactor.Clients;

/// <summary>
/// The clients that have given up and stay to say so, the longest first. No more than <see cref="Most"/> stay, and none whose
/// name another one is to have.
/// </summary>
internal sealed class FinishedClients
{
    /// <summary>Each costs an actor and what it holds: its options and the last failure.</summary>
    internal const int Most = 100;

    private readonly List<IActorRef> _staying = [];
    private readonly Dictionary<IActorRef, Successor> _successors = [];

    /// <summary>Another one stays. Returns the one that has to go instead, or null.</summary>
    internal IActorRef? Add(IActorRef client)
    {
        _staying.Add(client);
        if (_staying.Count <= Most)
        {
            return null;
        }

        IActorRef oldest = _staying[0];
        _staying.RemoveAt(0);
        return oldest;
    }

    /// <summary>
    /// A client is to start under the name of this one. False where this one has not given up; otherwise it has to go, and
    /// <see cref="Gone"/> returns the successor.
    /// </summary>
    internal bool Succeed(IActorRef client, Successor successor)
    {
        if (!_staying.Remove(client))
        {
            return false;
        }

        _successors.Add(client, successor);
        return true;
    }

    /// <summary>A client has stopped. Returns the one that waits for its name, or null.</summary>
    internal Successor? Gone(IActorRef client)
    {
        _staying.Remove(client);
        return _successors.Remove(client, out Successor? successor) ? successor : null;
    }

    /// <param name="Start">Asks for it.</param>
    /// <param name="Asker">Who asked.</param>
    internal sealed record Successor(StartClient Start, IActorRef Asker);
}
