using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Protocols;

/// <summary>
/// How a session changes its layers and its owner: puts layers under the protocol, hands the connection over to another protocol, and
/// takes one over. A part of its session; the thread is the protocol's.
/// </summary>
internal sealed class ProtocolSwaps(ProtocolSession session)
{
    private OutgoingSwaps _outgoing; // Mutable structs: not readonly.
    private IncomingSwap _incoming;
    private IActorRef? _layer;

    // The actors of a client's connection, which end with the connection and not with the protocol.
    private List<IActorRef>? _ofConnection;

    /// <summary>True when another actor owns the connection now.</summary>
    internal bool IsHandedOn { get; private set; }

    /// <summary>True when that actor has claimed the connection by itself, and is no child of the protocol.</summary>
    internal bool IsClaimedAway { get; private set; }

    /// <summary>True between <see cref="HandTo"/> and the moment when the next owner has all that was received before.</summary>
    internal bool IsHandingOver => _outgoing.Any;

    /// <summary>True while what the transport sends has to wait for what an earlier owner hands over.</summary>
    internal bool IsTakingOver => _incoming.Holds;

    /// <summary>True after <see cref="StopTls"/>, until the peer has stopped TLS, too.</summary>
    internal bool IsStoppingTls { get; set; }

    /// <summary>This is the layer that was put in last.</summary>
    internal bool IsLayer(IActorRef actor) => actor.Is(_layer);

    /// <summary>Keeps an event of the transport until the hand-over.</summary>
    internal void Hold(ITransportEvent transportEvent) => _incoming.Hold(transportEvent);

    /// <summary>An earlier owner will hand over what it has received, or has done so already.</summary>
    internal void BeginTakingOver() => _incoming.Begin();

    /// <summary>A hand-over of a connection that is lost was in vain.</summary>
    internal void ForgetTakingOver() => _incoming = default;

    /// <summary>Bytes that this session has got and not used belong to the next owner of the transport.</summary>
    internal void GiveUnused(IActorRef transport, in ReadOnlySequence<byte> unused) =>
        _outgoing.Find(transport)?.CollectHeld(unused);

    /// <summary>Bytes that were on their way belong to the next owner of the transport.</summary>
    internal void GiveLate(IActorRef transport, in ReadOnlySequence<byte> late) =>
        _outgoing.Find(transport)?.CollectLate(late);

    /// <summary>So does the peer's FIN.</summary>
    internal void GivePeerFinished(IActorRef transport) => _outgoing.Find(transport)?.PeerFinished();

    /// <summary>The transport has another owner. Hands over what was collected, if this session has given the transport away.</summary>
    internal void OwnerHasChanged(IActorRef transport, IActorRef newOwner)
    {
        if (!_outgoing.TryComplete(transport, session.Self) && transport.Is(session.Transport) && !IsHandedOn)
        {
            LoseConnectionTo(newOwner);
        }
    }

    internal void StartLayer(Connected connection, Layer layer)
    {
        RequireOwnership();
        session.Outbound.PassWriters();
        session.Transport.Tell(AnnounceHandover.Instance, session.Self);
        IActorRef actor = session.Context.ActorOf(layer.Create(session.Transport).OnLoop(connection.Dispatcher));
        if (_layer is not null)
        {
            session.Context.Unwatch(_layer);
        }

        _layer = session.Context.Watch(actor);
        Give(new Claim(actor) { IsLayer = true }, layer.Unread);
        session.StandOn(actor, connection with { Transport = actor });
        AddOfConnection(actor);
        if (session.Inbound.IsTransportSuspended)
        {
            // From here on this concerns the layer: the transport below has forgotten it with the change of owner.
            session.Transport.Tell(SuspendReading.Instance, session.Self);
        }
    }

    /// <summary>Removes TLS. What the peer may have finished meanwhile is TLS, and not the connection.</summary>
    internal void StopTls()
    {
        session.Outbound.PassWriters();
        session.Transport.Tell(Akka.Reactor.StopTls.Instance, session.Self);
        session.Ends.ForgetPeerFinished();
        IsStoppingTls = true;
    }

    /// <summary>Hands the connection to a new protocol, a child of this one.</summary>
    internal IActorRef SwapProtocol(Connected connection, Props protocol, UnreadPolicy unread)
    {
        RequireOwnership();
        IActorRef successor = session.Context.Watch(session.Context.ActorOf(protocol.OnLoop(connection.Dispatcher)));
        AddOfConnection(successor);
        HandTo(successor, unread);
        return successor;
    }

    /// <summary>Hands the connection to a protocol that exists already. This one stays, without a function.</summary>
    internal void HandTo(IActorRef successor, UnreadPolicy unread)
    {
        session.Outbound.FinishWriters(new ConnectionHandedOnException());
        session.Transport.Tell(AnnounceHandover.Instance, session.Self);
        Give(new Claim(successor), unread);
        IsHandedOn = true;
        session.Outbound.AnswerRefused();
    }

    // A layer or a successor that ends with the connection, and not with this actor.
    private void AddOfConnection(IActorRef actor)
    {
        if (session.Offline is { } offline)
        {
            (_ofConnection ??= []).Add(actor);
            if (offline.IsOnline)
            {
                offline.GoOnline(session.Transport);
            }
        }
    }

    // Collects for the next owner what was received and not consumed, until the transport reports the change.
    private void Give(Claim claim, UnreadPolicy policy)
    {
        OutgoingSwap swap = new(policy);
        swap.CollectHeld(session.Inbound.GiveAway(session.Transport));
        if (session.Ends.HandOver())
        {
            swap.PeerFinished();
        }

        _outgoing.Begin(session.Transport, claim.Owner, swap);
        session.Transport.Tell(claim, session.Self);
    }

    // Another actor has the connection by a Claim that this class has not sent. As after SwapProtocol this actor stays, without a
    // function, until the connection ends, because its layers are its children, and the new owner may be one. The new owner takes part
    // in no hand-over: what came before the claim is this actor's.
    private void LoseConnectionTo(IActorRef newOwner)
    {
        session.Outbound.StopPacing();
        session.Outbound.EndWriters(new ConnectionHandedOnException());
        session.ContinueOffers();
        IsHandedOn = true;
        IsClaimedAway = !session.Context.GetChildren().Contains(newOwner);
        if (!IsClaimedAway)
        {
            session.Context.Watch(newOwner);
        }

        if (session.Inbound.Drop(session.Transport) is > 0 and var dropped)
        {
            session.Protocol.Log.Warning(
                "{0}: another actor has claimed the connection; {1} bytes that were received before and not consumed are dropped",
                session.Connection?.Remote,
                dropped
            );
        }

        session.Outbound.AnswerRefused();
    }

    /// <summary>
    /// An earlier owner hands over. Returns the events of the transport that have waited, in order; null when the connection is
    /// refused for what the peer has sent ahead.
    /// </summary>
    internal Queue<object>? TakeOver(HandedOver handedOver)
    {
        Queue<object> replay = _incoming.Complete();
        if ((handedOver.Refusal ?? handedOver.SentAhead("protocols")) is not { } refusal)
        {
            return replay;
        }

        session.Ends.Refuse(refusal);
        return null;
    }

    /// <summary>The connection is over: its own actors end.</summary>
    internal void StopActors()
    {
        foreach (IActorRef actor in _ofConnection ?? [])
        {
            session.Context.Unwatch(actor);
            session.Context.Stop(actor);
        }
    }

    private void RequireOwnership()
    {
        if (IsHandedOn)
        {
            throw new InvalidOperationException(
                $"{session.Protocol.GetType().Name} has handed its connection to another protocol and can no longer change its layers or owner."
            );
        }
    }
}
