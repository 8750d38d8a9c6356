using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

// This part handles a change of the layer's owner, and the hand-over by which the layer takes its place on a transport.
public abstract partial class LayerActor
{
    private void HandTo(Claim claim)
    {
        if (claim.Owner.Is(_owner))
        {
            _above = claim.Above ?? _above;
            return;
        }

        if (_ownerSuspends)
        {
            // The suspension came from the old owner and does not bind the new one.
            _ownerSuspends = false;
            ResumeBelow();
        }

        _above = claim.Above;
        IActorRef old = _owner;
        _owner = claim.Owner;
        _ownerExpectsHandover = _handsOver;
        _handsOver = false;
        if (!_ownerExpectsHandover && claim.Above is null)
        {
            _connection?.Base?.OwnerPaces = false;
            _connection?.Base?.OwnerReadsToEnd = false;
        }

        if (_ended)
        {
            _owner.Tell(_end ?? new Closed(CloseReason.Aborted), Self);
        }
        else if (_established)
        {
            TellConnected();
        }

        if (!_ownerExpectsHandover && _gate.ChangeOwner() is { } writable)
        {
            TellOwner(writable);
        }

        old.Tell(new OwnerChanged(claim.Owner), Self);
        if (!_ownerExpectsHandover)
        {
            (_claimedFrom ??= []).Add(old);
        }
    }

    private void TellConnected() =>
        TellOwner(Connection with { Transport = Self, Layers = [], Handover = _ownerExpectsHandover, Tls = TlsAbove });

    private void CompleteIncoming(HandedOver handedOver)
    {
        Queue<object> replay = _incoming.Complete();
        bool early = handedOver.Policy == UnreadPolicy.Reject && !handedOver.Unread.IsEmpty;
        ReactorException? refusal = handedOver.Refusal;
        if (refusal is null && early && !AcceptsEarly(handedOver.Unread))
        {
            refusal = new PeerViolationException(
                $"The peer sent {handedOver.Unread.Length} bytes before a change of layers for which it had to wait."
            );
        }

        if (refusal is not null)
        {
            Fail(CloseReason.ProtocolViolation, refusal);
            return;
        }

        if (!handedOver.Unread.IsEmpty && !_ended)
        {
            OnReceived(handedOver.Unread);
        }

        if (handedOver.PeerFinished && !_ended)
        {
            OnPeerFinished();
        }

        while (replay.TryDequeue(out object? held))
        {
            Handle(held, Lower);
        }
    }
}
