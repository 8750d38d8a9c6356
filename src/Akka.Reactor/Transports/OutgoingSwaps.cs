using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Reactor.Transports;

/// <summary>
/// The changes of owner an actor has begun and that are not done yet, each by the transport it gives away. A part of that
/// actor, never copied.
/// </summary>
internal struct OutgoingSwaps
{
    // Null while nothing is given away: few actors ever do, hardly one does two at a time, and an idle one owns no list.
    private List<(IActorRef From, IActorRef To, OutgoingSwap Swap)>? _swaps;

    /// <summary>Whether one is under way.</summary>
    internal readonly bool Any => _swaps is not null;

    internal void Begin(IActorRef from, IActorRef to, OutgoingSwap swap) => (_swaps ??= []).Add((from, to, swap));

    /// <summary>The swap of that transport, or null when it was never ours to give or is given already.</summary>
    internal readonly OutgoingSwap? Find(IActorRef from) => _swaps?.Find(swap => swap.From.Is(from)).Swap;

    /// <summary>The transport told its last: hands over what was collected. False: this actor has not given it away.</summary>
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
