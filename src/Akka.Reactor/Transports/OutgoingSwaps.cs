using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Reactor.Transports;

/// <summary>
/// The changes of owner that an actor has begun and not yet completed. Each is kept with the transport that the actor gives away.
/// This struct is a part of that actor and must never be copied.
/// </summary>
internal struct OutgoingSwaps
{
    // Null while no transport is given away. Few actors ever give one away, hardly any gives two away at a time, and an idle actor
    // owns no list.
    private List<(IActorRef From, IActorRef To, OutgoingSwap Swap)>? _swaps;

    /// <summary>True while a change is under way.</summary>
    internal readonly bool Any => _swaps is not null;

    internal void Begin(IActorRef from, IActorRef to, OutgoingSwap swap) => (_swaps ??= []).Add((from, to, swap));

    /// <summary>
    /// Returns the swap of the given transport, or null if this actor never had it to give or has already given it away.
    /// </summary>
    internal readonly OutgoingSwap? Find(IActorRef from) => _swaps?.Find(swap => swap.From.Is(from)).Swap;

    /// <summary>
    /// Hands over the collected events, after the transport's last event. Returns false if this actor has not given the transport
    /// away.
    /// </summary>
    internal bool TryComplete(IActorRef from, IActorRef self)
    {
        int index = _swaps?.FindIndex(swap => swap.From.Is(from)) ?? -1;
        if (index < 0)
        {
            return false;
        }

        (_, IActorRef to, OutgoingSwap swap) = _swaps![index];
        _swaps.RemoveAt(index);
        _swaps = _swaps.Count > 0 ? _swaps : null;
        to.Tell(swap.Complete(), self);
        return true;
    }
}
