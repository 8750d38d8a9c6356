using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

// How a protocol hands a connection on, and how it takes one over.
public abstract partial class ProtocolActor
{
    private void HandOver(IActorRef newOwner, UnreadPolicy policy)
    {
        OutgoingSwap swap = new(policy);
        if (!_offering && _unread is not null)
        {
            swap.CollectHeld(_unread.Sequence);
            _unread = null;
        }

        if (_endKept)
        {
            swap.PeerFinished();
            _endKept = false;
        }

        // The transport sends Closed to the new owner.
        _closedKept = null;

        ReturnCredit(Transport);
        _outgoing.Begin(Transport, newOwner, swap);
        Transport.Tell(new Claim(newOwner), Self);
    }

    // Another actor has claimed the connection with a Claim that this class has not sent. As after SwapProtocol, this actor stays,
    // inert, until the connection ends, because the layers are its children. The new owner may be a child, too. There is no
    // hand-over to the new owner: the bytes received before the claim belong to this actor.
    private void LoseConnectionTo(IActorRef newOwner)
    {
        _pace = default;
        OfferKept();
        OfferKeptEnd();
        _handedOn = true;
        _claimedAway = !Context.GetChildren().Contains(newOwner);
        if (!_claimedAway)
        {
            Context.Watch(newOwner);
        }

        if (_unread is { Length: > 0 } unread)
        {
            Log.Warning(
                "{0}: another actor has claimed the connection; {1} bytes received before, and not consumed, are dropped",
                _connection?.Remote,
                unread.Length
            );
            _uncredited += unread.Length;
            _unread = null;
        }

        ReturnCredit(Transport);
        AnswerRefused();
    }

    private void CompleteIncoming(HandedOver handedOver, IActorRef sender)
    {
        Queue<object> replay = _incoming.Complete();
        if ((handedOver.Refusal ?? RefusalOf(handedOver)) is { } refusal)
        {
            Log.Warning("{0}: closed: {1}", _connection?.Remote, refusal.Message);
            _connection?.Base?.EndIsLogged();
            _fault = refusal;
            Close();
            return;
        }

        if (_base is null)
        {
            // The transport is not ready yet (a handshake), so it has not sent any event to an owner.
            return;
        }

        // All these events come from the transport that was handed over. If a layer has been put on it in the meantime, they go to
        // that layer.
        IActorRef from = _base;
        if (!_established && from.Is(Transport))
        {
            Establish();
        }

        if (!handedOver.Unread.IsEmpty)
        {
            _shares = true;
            Handle(new Received(handedOver.Unread), from);
            _shares = false;
        }

        if (handedOver.PeerFinished)
        {
            Handle(PeerFinished.Instance, from);
        }

        while (replay.TryDequeue(out object? held))
        {
            Handle(held, from);
        }
    }

    private static PeerViolationException? RefusalOf(HandedOver handedOver) =>
        handedOver.Policy == UnreadPolicy.Reject && !handedOver.Unread.IsEmpty
            ? new PeerViolationException(
                $"The peer sent {handedOver.Unread.Length} bytes ahead of a change of protocols that it had to wait for."
            )
            : null;
}
