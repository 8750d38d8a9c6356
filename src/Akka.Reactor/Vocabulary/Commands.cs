using System;
using Akka.Actor;

namespace Akka.Reactor;

/// <summary>A command to a transport (a connection, or a layer on one).</summary>
public interface ITransportCommand : INoSerializationVerificationNeeded;

/// <summary>
/// Removes TLS and keeps the connection (RFC 4217, section 12.3). To be sent after <see cref="Secured"/>, to the TLS layer or to a layer on
/// it. Everything written before leaves through TLS, followed by close_notify; everything written after it leaves in the clear. What the peer
/// sends is decrypted until its own close_notify, and then the owner receives <see cref="TlsStopped"/>.
/// </summary>
public sealed record StopTls : ITransportCommand
{
    internal static StopTls Instance { get; } = new();
}

/// <summary>Stops receiving. TCP then holds the peer back, and nothing is lost.</summary>
public sealed record SuspendReading : ITransportCommand
{
    internal static SuspendReading Instance { get; } = new();
}

/// <summary>Continues to receive after <see cref="SuspendReading"/>.</summary>
public sealed record ResumeReading : ITransportCommand
{
    internal static ResumeReading Instance { get; } = new();
}

/// <summary>
/// Reports that the owner has finished with the given number of bytes of <see cref="Received"/>. Reading stops while
/// <c>max-unread</c> bytes are received and not consumed. A <see cref="ProtocolActor"/> sends this command by itself; a plain actor
/// must send it.
/// </summary>
/// <param name="Bytes">At least 0. A number larger than that of the unconsumed bytes stands for all of them.</param>
public sealed record Consumed(long Bytes) : ITransportCommand;

/// <summary>
/// Sends FIN after everything that was accepted before, and continues to receive (half-close). Later writes fail.
/// </summary>
public sealed record CloseWrite : ITransportCommand
{
    internal static CloseWrite Instance { get; } = new();
}

/// <summary>
/// Delivers everything that was accepted before and sends FIN. Then the transport receives and discards until the peer's FIN
/// arrives or <c>linger-timeout</c> has passed, so that no reset destroys the last answer. On Linux <c>linger-timeout</c> begins
/// when the peer's TCP has everything; until then <c>write-stall-timeout</c> applies. Later writes fail.
/// </summary>
public sealed record Close : ITransportCommand
{
    internal static Close Instance { get; } = new();

    internal static Close Cutting { get; } = new() { ThenReset = true };

    /// <summary>
    /// True if the written data is incomplete, and the peer must learn that. Instead of FIN the peer receives RST as soon as its
    /// TCP has everything. If the system does not report that (every system except Linux), RST is sent after <c>linger-timeout</c>.
    /// A peer that speaks TLS receives FIN without close_notify, which means the same in TLS. A FIN that <see cref="CloseWrite"/>
    /// has asked for before is still sent.
    /// </summary>
    public bool ThenReset { get; init; }
}

/// <summary>Closes the connection immediately with RST. Data that was not delivered is lost, and its writes fail.</summary>
public sealed record Abort : ITransportCommand
{
    internal static Abort Instance { get; } = new();
}

/// <summary>
/// Makes <see cref="Owner"/> the owner of the transport. The new owner receives <see cref="Connected"/> first, and then everything
/// that the transport receives. Reading continues if the old owner had suspended it.
/// </summary>
/// <param name="Owner">The new owner. The transport watches it instead of the old one.</param>
public sealed record Claim(IActorRef Owner) : ITransportCommand
{
    /// <summary>The new owner.</summary>
    /// <exception cref="ArgumentNullException">The owner is null.</exception>
    public IActorRef Owner
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = Owner ?? throw new ArgumentNullException(nameof(Owner));

    /// <summary>True if the new owner is a layer: the owner at the top of the stack stays.</summary>
    internal bool IsLayer { get; init; }
}
