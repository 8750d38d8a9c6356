using System.Buffers;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Transports;

/// <summary>
/// The old owner's side of a change of owner. Events that the old owner receives between its claim for the new owner and the
/// transport's <see cref="OwnerChanged"/> belong to the new owner. They are collected here, in order, and then handed over or
/// refused. The old protocol never gets them.
/// </summary>
internal sealed class OutgoingSwap(UnreadPolicy policy)
{
    private readonly InboundBuffer _collected = new();
    private bool _peerFinished;
    private bool _aheadOfClaim;

    /// <summary>
    /// Collects bytes that the old owner held when it decided to hand over. Under <see cref="UnreadPolicy.Reject"/>, the peer sent
    /// them before it was allowed to.
    /// </summary>
    internal void CollectHeld(in ReadOnlySequence<byte> data)
    {
        _aheadOfClaim |= !data.IsEmpty;
        _collected.Append(data);
    }

    /// <summary>Collects bytes that were on their way to the old owner at that moment.</summary>
    internal void CollectLate(in ReadOnlySequence<byte> data) => _collected.Append(data);

    /// <summary>Notes that the peer's FIN was on its way to the old owner.</summary>
    internal void PeerFinished() => _peerFinished = true;

    /// <summary>Returns the message for the new owner, after the transport's last event for the old owner.</summary>
    internal HandedOver Complete() =>
        policy == UnreadPolicy.Reject && _aheadOfClaim
            ? new HandedOver(
                default,
                new PeerViolationException(
                    $"The peer sent {_collected.Length} bytes before a change of layers for which it had to wait."
                )
            )
            : new HandedOver(_collected.Sequence, null) { Policy = policy, PeerFinished = _peerFinished };
}
