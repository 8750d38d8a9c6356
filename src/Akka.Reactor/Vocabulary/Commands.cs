using System;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

/// <summary>What a transport (a connection, or a layer on one) can be told.</summary>
public interface ITransportCommand : INoSerializationVerificationNeeded;

/// <summary>Stop receiving; TCP then holds the peer back. Nothing is lost.</summary>
public sealed record SuspendReading : ITransportCommand
{
    internal static SuspendReading Instance { get; } = new();
}

/// <summary>Receive again after <see cref="SuspendReading"/>.</summary>
public sealed record ResumeReading : ITransportCommand
{
    internal static ResumeReading Instance { get; } = new();
}

/// <summary>
/// So many bytes of what was <see cref="Received"/> are done with. Reading stops while <c>max-unread</c> bytes are not;
/// <see cref="ProtocolActor"/> says this by itself, a plain actor must.
/// </summary>
/// <param name="Bytes">At least 0; more than was received counts as all of it.</param>
public sealed record Consumed(long Bytes) : ITransportCommand;

/// <summary>Send FIN after everything accepted before, and go on receiving (half-close). Later writes fail.</summary>
public sealed record CloseWrite : ITransportCommand
{
    internal static CloseWrite Instance { get; } = new();
}

/// <summary>
/// Deliver everything accepted before, send FIN, then receive and discard until the peer's FIN or
/// <c>linger-timeout</c>, so that no reset destroys the last answer. On Linux that time begins when the peer's TCP has
/// everything; until then it has <c>write-stall-timeout</c>. Later writes fail.
/// </summary>
public sealed record Close : ITransportCommand
{
    internal static Close Instance { get; } = new();

    internal static Close Cutting { get; } = new() { ThenReset = true };

    /// <summary>
    /// What was written is not the whole, and the peer is to know: in place of FIN it gets RST as soon as its TCP has everything.
    /// Where the system does not say when that is (anywhere but on Linux), after <c>linger-timeout</c>. A peer that speaks TLS gets
    /// FIN without close_notify, which says the same there. A FIN that <see cref="CloseWrite"/> has asked for before is still sent.
    /// </summary>
    public bool ThenReset { get; init; }
}

/// <summary>Close at once with RST. Whatever was not delivered is lost, and its writes fail.</summary>
public sealed record Abort : ITransportCommand
{
    internal static Abort Instance { get; } = new();
}

/// <summary>
/// From now on <see cref="Owner"/> is told what the transport receives. It is told <see cref="Connected"/> first. Reading
/// goes on if the old owner had suspended it.
/// </summary>
/// <param name="Owner">The new owner. The transport watches it in place of the old one.</param>
public sealed record Claim(IActorRef Owner) : ITransportCommand
{
    /// <summary>The new owner.</summary>
    /// <exception cref="ArgumentNullException">There is none.</exception>
    public IActorRef Owner
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = Owner ?? throw new ArgumentNullException(nameof(Owner));

    /// <summary>The claiming layer itself, so that the layers of a stack come down in order.</summary>
    internal IPendingCommands? Above { get; init; }
}
