using System.Collections.Generic;

namespace Akka.Reactor.Transports;

/// <summary>
/// The new owner's side of a change of owner. Events that the transport sends it directly are held back until the old owner has
/// handed over the earlier ones. Then they are replayed.
/// </summary>
internal struct IncomingSwap
{
    private Queue<object>? _held;
    private bool _handedOver;

    /// <summary>True while events of the transport must be held back.</summary>
    internal readonly bool Holds => _held is not null;

    /// <summary>
    /// Starts to hold events: this actor owns the transport, and the old owner will hand over. Does nothing if it has already done
    /// so.
    /// </summary>
    internal void Begin()
    {
        if (!_handedOver)
        {
            _held = new Queue<object>();
        }
    }

    /// <summary>Holds an event of the transport back until the hand-over.</summary>
    internal readonly void Hold(object transportEvent) => _held!.Enqueue(transportEvent);

    /// <summary>Ends the holding, because the old owner has handed over. Returns the events to replay, in order.</summary>
    internal Queue<object> Complete()
    {
        Queue<object> replay = _held ?? new Queue<object>();
        _held = null;
        _handedOver = true;
        return replay;
    }
}
