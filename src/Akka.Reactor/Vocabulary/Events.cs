using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Net;
using Akka.Actor;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

/// <summary>What a transport tells its owner.</summary>
public interface ITransportEvent : INoSerializationVerificationNeeded;

/// <summary>The transport is there and yours: write to it, own what it receives.</summary>
/// <param name="Transport">Tell it <see cref="ITransportCommand"/>s. It can be watched.</param>
/// <param name="Remote">The peer's address.</param>
/// <param name="Local">Our address.</param>
public sealed record Connected(IActorRef Transport, EndPoint Remote, EndPoint Local) : ITransportEvent
{
    /// <summary>The dispatcher of the connection's loop: actors that name it in their Props run on that loop.</summary>
    public string Dispatcher { get; init; } = "";

    /// <summary>Layers the configuration asks for and that are not there yet, lowest first.</summary>
    public IReadOnlyList<Layer> Layers { get; init; } = [];

    /// <summary>The layers that are configured for this connection by name, such as <c>tls</c>.</summary>
    public IReadOnlyDictionary<string, Layer> KnownLayers { get; init; } = FrozenDictionary<string, Layer>.Empty;

    /// <summary>Bounds and timeouts of the connection.</summary>
    public ConnectionOptions Options { get; init; } = ConnectionOptions.Default;

    /// <summary>
    /// What TLS agreed on with the peer that the owner speaks with; null where they speak in the clear. Of TLS in TLS it is the
    /// inner one. TLS that only leads to a proxy does not count.
    /// </summary>
    public TlsInfo? Tls { get; init; }

    /// <summary>The connection's loop.</summary>
    internal ReactorLoop Loop { get; init; } = null!;

    /// <summary>The connection's own transport, under all layers; null where somebody else than a channel says this.</summary>
    internal TransportRef? Base { get; init; }

    /// <summary>Whether a write can ask for a <see cref="IWriteCommand.DeliveredAck"/>.</summary>
    internal bool TellsDelivery { get; init; }

    /// <summary>True when the old owner hands over: what it passes on comes before what the transport tells.</summary>
    internal bool Handover { get; init; }
}

/// <summary>Bytes from the peer, in order.</summary>
/// <param name="Data">Immutable; may be kept for as long as you like.</param>
public sealed record Received(ReadOnlySequence<byte> Data) : ITransportEvent;

/// <summary>The peer has sent its FIN: nothing more will be received. Writing is still possible.</summary>
public sealed record PeerFinished : ITransportEvent
{
    internal static PeerFinished Instance { get; } = new();
}

/// <summary>
/// After a refused or failed write: the queue is down to <c>low-water</c>, and writes are accepted again. What was refused,
/// and nothing else, was left out of the stream. A <see cref="ProtocolActor"/> that writes it again now gets exactly the
/// stream it meant; to a plain actor that goes on writing after a refusal, a write can slip in that was on its way at this
/// moment.
/// </summary>
public sealed record Writable : ITransportEvent
{
    internal static Writable Instance { get; } = new();

    /// <summary>Whose writes are accepted again only after <see cref="ResumeWriting"/>; null when they are already.</summary>
    internal object? Origin { get; init; }
}

/// <summary>The outbound queue, which had been above <c>high-water</c>, is empty: the kernel has everything.</summary>
public sealed record WriteQueueEmpty : ITransportEvent
{
    internal static WriteQueueEmpty Instance { get; } = new();
}

/// <summary>The answer to a write that did not and will not complete.</summary>
/// <param name="Write">The write. Of a refused one no byte was sent; of others any number may have been.</param>
/// <param name="Cause">Why: <see cref="WriteRefusedException"/> when the queue is full, <see cref="WriteTooLargeException"/> when it is too small, else why the transport closed, or what failed its source.</param>
public sealed record WriteFailed(IWriteCommand Write, ReactorException Cause) : ITransportEvent;

/// <summary>
/// The connection ended before the peer's TCP was known to have acknowledged a write that asked for a
/// <see cref="IWriteCommand.DeliveredAck"/>: the peer may have all of it, a part, or nothing.
/// </summary>
/// <param name="Write">The write, which the kernel had taken.</param>
public sealed record DeliveryUnknown(IWriteCommand Write) : ITransportEvent;

/// <summary>The listener is being drained: finish what you are at, and close.</summary>
public sealed record Draining : ITransportEvent
{
    internal static Draining Instance { get; } = new();
}

/// <summary>The end, told exactly once. The transport is gone and its descriptor free.</summary>
/// <param name="Reason">What ended it.</param>
/// <param name="Cause">The failure, where there was one.</param>
public sealed record Closed(CloseReason Reason, ReactorException? Cause = null) : ITransportEvent
{
    /// <summary>
    /// The accepted writes not known to be delivered, oldest first: those the kernel had not taken whole, and of those it
    /// had the ones that asked for a <see cref="IWriteCommand.DeliveredAck"/>.
    /// </summary>
    public IReadOnlyList<IWriteCommand> Undelivered { get; init; } = [];

    /// <summary>True when the listener's <c>log-connections</c> has logged it.</summary>
    internal bool Logged { get; init; }
}

/// <summary>
/// TLS is on: from its layer, right behind the <see cref="Connected"/> that has it as <see cref="Connected.Tls"/>.
/// </summary>
/// <param name="Info">What was negotiated.</param>
public sealed record Secured(TlsInfo Info) : ITransportEvent;
