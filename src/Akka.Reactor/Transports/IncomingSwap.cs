using System.Collections.Generic;

namespace Akka.Reactor.Transports;

/// <summary>
/// The new owner's side of a change of owner: what the transport tells it directly is held back until the old owner has
/// handed over what came before, and is then replayed.
/// </summary>
internal struct IncomingSwap
{
    private Queue<object>? _held;
    private bool _handedOver;

    /// <summary>True while events of the transport must be held.</summary>
    internal readonly bool Holds => _held is not null;

    /// <summary>The transport is ours, and an old owner will hand over (or has done so already).</summary>
    internal void Begin()
    {
        if (!_handedOver)
        {
            _held = new Queue<object>();
        }
    }

    /// <summary>Keeps an event of the transport until the hand-over.</summary>
    internal readonly void Hold(object transportEvent) => _held!.Enqueue(transportEvent);

    /// <summary>The old owner has handed over; the events to replay, in order.</summary>
    internal Queue<object> Complete()
    {
        Queue<object> replay = _held ?? new Queue<object>();
        _held = null;
        _handedOver = true;
        return replay;
    }
}
