using System;
using System.Buffers;
using Akka.Actor;
using Akka.Reactor.Connections;

namespace Akka.Reactor;

/// <summary>What a transport (a connection, or a layer on one) can be told.</summary>
public interface ITransportCommand : INoSerializationVerificationNeeded;

/// <summary>
/// What puts bytes into the outbound stream, in the order told. Answered with <see cref="Ack"/>, told to the sender once
/// the kernel has every byte, or with one <see cref="WriteFailed"/>; never with both. With no sender the answer goes to the
/// transport's owner; with no <see cref="Ack"/> success is silent.
/// </summary>
public interface IWriteCommand : ITransportCommand
{
    /// <summary>Any object of the sender's, or null.</summary>
    object? Ack { get; }
}

/// <summary>
/// Send these bytes after everything accepted before.
/// </summary>
/// <param name="Data">The bytes. The memory must not change until the write is answered or the transport closed.</param>
/// <param name="Ack">Any object of the sender's, or null.</param>
public sealed record Write(ReadOnlySequence<byte> Data, object? Ack = null) : IWriteCommand
{
    /// <summary>A write of one piece of memory.</summary>
    public Write(ReadOnlyMemory<byte> data, object? ack = null)
        : this(new ReadOnlySequence<byte>(data), ack) { }

    /// <summary>
    /// Of a layer's write: the write above it that this one carries. Such a write is never refused for the queue's limit
    /// (its bytes are already part of the layer's stream); the layer refuses above instead.
    /// </summary>
    internal object? Carries { get; init; }
}

/// <summary>Stop receiving; TCP then holds the peer back. Nothing is lost.</summary>
public sealed record SuspendReading : ITransportCommand
{
    /// <summary>The only instance needed.</summary>
    public static SuspendReading Instance { get; } = new();
}

/// <summary>Receive again after <see cref="SuspendReading"/>.</summary>
public sealed record ResumeReading : ITransportCommand
{
    /// <summary>The only instance needed.</summary>
    public static ResumeReading Instance { get; } = new();
}

/// <summary>
/// So many bytes of what was <see cref="Received"/> are done with. Reading stops while <c>read-ahead</c> bytes are not;
/// <see cref="ProtocolActor"/> says this by itself, a plain actor must.
/// </summary>
/// <param name="Bytes">At least 0; more than was received counts as all of it.</param>
public sealed record Consumed(long Bytes) : ITransportCommand;

/// <summary>Send FIN after everything accepted before, and go on receiving (half-close). Later writes fail.</summary>
public sealed record CloseWrite : ITransportCommand
{
    /// <summary>The only instance needed.</summary>
    public static CloseWrite Instance { get; } = new();
}

/// <summary>
/// Deliver everything accepted before, send FIN, then receive and discard until the peer's FIN or
/// <c>linger-timeout</c>, so that no reset destroys the last answer. Later writes fail.
/// </summary>
public sealed record Close : ITransportCommand
{
    /// <summary>The only instance needed.</summary>
    public static Close Instance { get; } = new();
}

/// <summary>Close at once with RST. Whatever was not delivered is lost, and its writes fail.</summary>
public sealed record Abort : ITransportCommand
{
    /// <summary>The only instance needed.</summary>
    public static Abort Instance { get; } = new();
}

/// <summary>
/// From now on <see cref="Owner"/> is told what the transport receives. It is told <see cref="Connected"/> first.
/// </summary>
/// <param name="Owner">The new owner. The transport watches it in place of the old one.</param>
public sealed record Claim(IActorRef Owner) : ITransportCommand
{
    /// <summary>The claiming layer itself, so that the layers of a stack come down in order.</summary>
    internal ILastWords? Above { get; init; }
}

/// <summary>
/// An owner to its transport: the next <see cref="Claim"/> is part of a hand-over. I pass on what I was told and had not
/// consumed, and the new owner holds back what it is told directly until then. Told before the new owner is made: a layer
/// claims by itself when it starts, and may come before the protocol that put it in.
/// </summary>
internal sealed record AnnounceHandover : ITransportCommand
{
    internal static AnnounceHandover Instance { get; } = new();
}
