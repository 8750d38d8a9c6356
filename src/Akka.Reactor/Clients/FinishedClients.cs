using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Reactor.Clients;

/// <summary>
/// The clients that have given up and stay to report it, the oldest first. At most <see cref="Most"/> of them stay. A client
/// does not stay if another client is to get its name.
/// </summary>
internal sealed class FinishedClients
{
    /// <summary>The maximum number of clients that stay. Each one costs an actor, its options and its last failure.</summary>
    internal const int Most = 100;

    private readonly List<IActorRef> _staying = [];
    private readonly Dictionary<IActorRef, Successor> _successors = [];

    /// <summary>Adds a client that stays. Returns the client that has to go instead, or null.</summary>
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
    /// Registers a successor, which is to start under the name of <paramref name="client"/>. Returns false if
    /// <paramref name="client"/> has not given up. Otherwise <paramref name="client"/> has to go, and <see cref="Gone"/> then
    /// returns the successor.
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

    /// <summary>Removes a client that has stopped. Returns the successor that waits for its name, or null.</summary>
    internal Successor? Gone(IActorRef client)
    {
        _staying.Remove(client);
        return _successors.Remove(client, out Successor? successor) ? successor : null;
    }

    /// <param name="Client">The client to start.</param>
    /// <param name="Asker">The actor that asked for the client.</param>
    internal sealed record Successor(CheckedClientOptions Client, IActorRef Asker);
}
