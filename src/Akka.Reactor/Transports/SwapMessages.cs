using System.Buffers;
using Akka.Actor;
using Akka.Event;

namespace Akka.Reactor.Transports;

/// <summary>
/// An owner to its transport: the next <see cref="Claim"/> is part of a hand-over. I pass on what I was told and had not
/// consumed, and the new owner holds back what it is told directly until then. Told before the new owner is made: a layer
/// claims by itself when it starts, and may come before the protocol that put it in.
/// </summary>
internal sealed record AnnounceHandover : ITransportCommand
{
    internal static AnnounceHandover Instance { get; } = new();
}

/// <summary>A transport to its old owner: what it told before this is all it will ever tell it.</summary>
internal sealed record OwnerChanged(IActorRef NewOwner) : ITransportEvent;

/// <summary>
/// An old owner to the new one: the bytes it was told and did not consume, or why they may not be passed on.
/// </summary>
internal sealed record HandedOver(ReadOnlySequence<byte> Unread, ReactorException? Refusal) : ITransportEvent
{
    /// <summary>Under which policy the bytes are passed on.</summary>
    internal UnreadPolicy Policy { get; init; } = UnreadPolicy.Forward;

    /// <summary>True when the peer's FIN came behind the bytes.</summary>
    internal bool PeerFinished { get; init; }
}

/// <summary>To those who owned the transport until another actor claimed it without a hand-over: it has ended.</summary>
internal sealed record ClaimedConnectionOver : ITransportEvent, IDeadLetterSuppression
{
    internal static ClaimedConnectionOver Instance { get; } = new();
}
