using System.Buffers;
using Akka.Actor;
using Akka.Event;

namespace Akka.Reactor.Transports;

/// <summary>
/// Tells a transport, from its owner, that the next <see cref="Claim"/> is part of a hand-over. The owner passes on the bytes that
/// it received and did not consume. Until then the new owner holds back the events that it receives directly.
/// </summary>
internal sealed record AnnounceHandover : ITransportCommand
{
    internal static AnnounceHandover Instance { get; } = new();
}

/// <summary>
/// Tells a transport that the layer on it has started. A layer that no <see cref="Akka.Reactor.Claim"/> has made the owner yet, because a
/// plain actor has created it, becomes the owner.
/// </summary>
/// <param name="Layer">The layer.</param>
/// <param name="Commands">What the transport below needs so that their stack comes down in order.</param>
internal sealed record LayerStarted(IActorRef Layer, IPendingCommands Commands) : ITransportCommand
{
    internal Claim Claim() => new(Layer) { IsLayer = true };
}

/// <summary>
/// Tells a transport, from its owner, what the owner at the top of the stack is like. It has no effect if another actor owns the transport
/// by now.
/// </summary>
internal sealed record DescribeOwner(IActorRef Owner, OwnerTraits Traits) : ITransportCommand;

/// <summary>The last event that a transport sends to its old owner, except <see cref="ClaimedConnectionOver"/>.</summary>
internal sealed record OwnerChanged(IActorRef NewOwner) : ITransportEvent;

/// <summary>
/// Sent by an old owner to the new one: the bytes that it received and did not consume, or why they may not be passed on.
/// </summary>
internal sealed record HandedOver(ReadOnlySequence<byte> Unread, ReactorException? Refusal) : ITransportEvent
{
    /// <summary>The policy under which the bytes are passed on.</summary>
    internal UnreadPolicy Policy { get; init; } = UnreadPolicy.Forward;

    /// <summary>True when the peer's FIN came behind the bytes.</summary>
    internal bool PeerFinished { get; init; }

    /// <summary>Why the bytes are refused: the peer has sent them ahead, and the policy does not allow that. Null if they are not.</summary>
    /// <param name="change">What has changed, for the text.</param>
    internal PeerViolationException? SentAhead(string change) =>
        Policy == UnreadPolicy.Reject && !Unread.IsEmpty
            ? new PeerViolationException(
                $"The peer sent {Unread.Length} bytes before a change of {change} for which it had to wait."
            )
            : null;
}

/// <summary>
/// Reports memory that a layer or a protocol holds for a connection from now on; a negative number reports memory that it has freed.
/// All of it is freed with the connection.
/// </summary>
/// <param name="Bytes">The number of bytes.</param>
/// <param name="IsFixed">True for memory that does not grow with what the peer sends.</param>
internal sealed record MemoryHeld(long Bytes, bool IsFixed = false) : ITransportCommand;

/// <summary>
/// Tells a former owner, whose transport another actor has claimed without a hand-over, that the transport has ended.
/// </summary>
internal sealed record ClaimedConnectionOver : ITransportEvent, IDeadLetterSuppression
{
    internal static ClaimedConnectionOver Instance { get; } = new();
}
