using System.Collections.Generic;
using Akka.Actor;

namespace Akka.Reactor.Connections;

/// <summary>The changes of owner an actor has begun and that are not done yet, each by the transport it gives away.</summary>
internal sealed class OutgoingSwaps
{
    // Few actors ever give a transport away, and hardly one gives away two at a time.
    private List<(IActorRef From, IActorRef To, OutgoingSwap Swap)>? _swaps;

    internal void Begin(IActorRef from, IActorRef to, OutgoingSwap swap) => (_swaps ??= []).Add((from, to, swap));

    /// <summary>The swap of that transport, or null when it was never ours to give or is given already.</summary>
    internal OutgoingSwap? Find(IActorRef from) => _swaps?.Find(swap => swap.From.Equals(from)).Swap;

    /// <summary>The transport told its last: hands over what was collected.</summary>
    internal void Complete(IActorRef from, IActorRef self)
    {
        int index = _swaps?.FindIndex(swap => swap.From.Equals(from)) ?? -1;
        if (index >= 0)
        {
            (_, IActorRef to, OutgoingSwap swap) = _swaps![index];
            _swaps.RemoveAt(index);
            to.Tell(swap.Complete(), self);
        }
    }
}
