using System.Buffers;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Transports;

/// <summary>
/// The old owner's side of a change of owner. Between the claim and the transport's word that it now talks to somebody
/// else, whatever the old owner was told belongs to the new one: it is collected here, in order, and then handed over
/// or refused, never given to the old protocol.
/// </summary>
internal sealed class OutgoingSwap(UnreadPolicy policy)
{
    private readonly InboundBuffer _collected = new();
    private bool _peerFinished;
    private bool _aheadOfClaim;

    /// <summary>
    /// Bytes that the old owner held when it decided to hand over: under <see cref="UnreadPolicy.Reject"/> the peer sent them
    /// before it was allowed to.
    /// </summary>
    internal void CollectHeld(in ReadOnlySequence<byte> data)
    {
        _aheadOfClaim |= !data.IsEmpty;
        _collected.Append(data);
    }

    /// <summary>Bytes that were on their way to the old owner at that moment.</summary>
    internal void CollectLate(in ReadOnlySequence<byte> data) => _collected.Append(data);

    /// <summary>The peer's FIN was on its way to the old owner.</summary>
    internal void PeerFinished() => _peerFinished = true;

    /// <summary>The transport told its last: this is what the new owner gets.</summary>
    internal HandedOver Complete() =>
        policy == UnreadPolicy.Reject && _aheadOfClaim
            ? new HandedOver(
                default,
                new PeerViolationException(
                    $"The peer sent {_collected.Length} bytes ahead of a change of layers that it had to wait for."
                )
            )
            : new HandedOver(_collected.Sequence, null) { Policy = policy, PeerFinished = _peerFinished };
}
