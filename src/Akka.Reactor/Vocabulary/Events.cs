using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Net;
using Akka.Actor;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

/// <summary>An event that a transport reports to its owner.</summary>
public interface ITransportEvent : INoSerializationVerificationNeeded;

/// <summary>
/// Reports to an actor that it owns the transport from now on. The owner may write to the transport, and receives its events.
/// </summary>
/// <param name="Transport">The transport. It accepts <see cref="ITransportCommand"/>s, and can be watched.</param>
/// <param name="Remote">The peer's address. If the peer is a proxy that says so (<see cref="Proxied"/>), its client's address.</param>
/// <param name="Local">The local address. If the peer is a proxy that says so, the address to which its client has connected.</param>
public sealed record Connected(IActorRef Transport, EndPoint Remote, EndPoint Local) : ITransportEvent
{
    /// <summary>The dispatcher of the connection's loop. An actor whose Props name this dispatcher runs on that loop.</summary>
    public string Dispatcher { get; init; } = "";

    /// <summary>The layers that the configuration asks for and that have not been put in yet, the lowest first.</summary>
    public IReadOnlyList<Layer> Layers { get; init; } = [];

    /// <summary>The layers that are configured for this connection by name, such as <c>tls</c>.</summary>
    public IReadOnlyDictionary<string, Layer> KnownLayers { get; init; } = FrozenDictionary<string, Layer>.Empty;

    /// <summary>The bounds and timeouts of the connection.</summary>
    public ConnectionOptions Options { get; init; } = ConnectionOptions.Default;

    /// <summary>
    /// The result of the TLS handshake with the peer that the owner speaks with; null if the connection with this peer is in the
    /// clear. For TLS inside TLS, it is the result of the inner handshake. TLS that only leads to a proxy does not count.
    /// </summary>
    public TlsInfo? Tls { get; init; }

    /// <summary>
    /// The PROXY header that the connection began with, and the real ends of the connection. Null if the connection has no layer
    /// that receives a header (<see cref="ProxyProtocol.ReceiverLayer"/>).
    /// </summary>
    public ProxyInfo? Proxied { get; init; }

    /// <summary>The connection's loop.</summary>
    internal ReactorLoop Loop { get; init; } = null!;

    /// <summary>The connection's own transport, below all layers; null if this event does not come from a channel.</summary>
    internal TransportRef? Base { get; init; }

    /// <summary>Whether a write can ask for a <see cref="IWriteCommand.DeliveredAck"/>.</summary>
    internal bool TellsDelivery { get; init; }

    /// <summary>
    /// True if the old owner hands the connection over. The new owner then handles the bytes that the old owner passes on before
    /// the events of the transport.
    /// </summary>
    internal bool Handover { get; init; }
}

/// <summary>Carries bytes from the peer, in order.</summary>
/// <param name="Data">The bytes. They never change, and may be kept for any time.</param>
public sealed record Received(ReadOnlySequence<byte> Data) : ITransportEvent;

/// <summary>Reports that the peer has sent its FIN: nothing more will be received. Writing is still possible.</summary>
public sealed record PeerFinished : ITransportEvent
{
    internal static PeerFinished Instance { get; } = new();
}

/// <summary>
/// Reports, after a refused or failed write, that the queue has drained to <c>low-water</c> and that writes are accepted again.
/// Only the refused and failed writes are missing from the stream. A <see cref="ProtocolActor"/> that writes them again now
/// produces exactly the stream that it intended. If a plain actor continues to write after a refusal, a write that is on its way at
/// this moment can be accepted ahead of those that the actor repeats.
/// </summary>
public sealed record Writable : ITransportEvent
{
    internal static Writable Instance { get; } = new();

    /// <summary>
    /// The queue or layer that accepts writes again only after <see cref="ResumeWriting"/>; null if writes are accepted already.
    /// </summary>
    internal object? Origin { get; init; }
}

/// <summary>Reports that the outbound queue, which was above <c>high-water</c>, is empty: the kernel has everything.</summary>
public sealed record WriteQueueEmpty : ITransportEvent
{
    internal static WriteQueueEmpty Instance { get; } = new();
}

/// <summary>Answers a write that did not complete and will not complete.</summary>
/// <param name="Write">
/// The write. No byte of a refused write was sent; of any other failed write, any number of bytes may have been sent.
/// </param>
/// <param name="Cause">
/// The reason, such as <see cref="WriteRefusedException"/> if the queue is full, <see cref="WriteTooLargeException"/> if the write
/// is larger than the whole queue, the failure of the write's source, or the reason why the transport closed.
/// </param>
public sealed record WriteFailed(IWriteCommand Write, ReactorException Cause) : ITransportEvent;

/// <summary>
/// Reports that the connection ended before the peer's TCP was known to have acknowledged a write that asked for a
/// <see cref="IWriteCommand.DeliveredAck"/>. The peer may have all of the write, a part of it, or nothing.
/// </summary>
/// <param name="Write">The write, which the kernel had taken.</param>
public sealed record DeliveryUnknown(IWriteCommand Write) : ITransportEvent;

/// <summary>
/// Asks a protocol to finish its work and to close, because its listener is being drained or its client ends the connection.
/// </summary>
public sealed record Draining : ITransportEvent
{
    internal static Draining Instance { get; } = new();
}

/// <summary>Reports the end of the transport, exactly once. The transport no longer exists, and its descriptor is closed.</summary>
/// <param name="Reason">The reason of the end.</param>
/// <param name="Cause">The failure, if there was one.</param>
public sealed record Closed(CloseReason Reason, ReactorException? Cause = null) : ITransportEvent
{
    /// <summary>
    /// The accepted writes that are not known to be delivered, the oldest first: those that the kernel had not taken completely,
    /// and those that the kernel had taken and that asked for a <see cref="IWriteCommand.DeliveredAck"/>.
    /// </summary>
    public IReadOnlyList<IWriteCommand> Undelivered { get; init; } = [];

    /// <summary>
    /// True if the end is logged elsewhere, such as by the listener's <c>log-connections</c>, so that the protocol does not log it
    /// again.
    /// </summary>
    internal bool Logged { get; init; }

    /// <summary>Returns the reason of an end that the protocol itself wants because of a failure.</summary>
    internal static CloseReason ReasonOf(ReactorException cause) =>
        cause switch
        {
            PeerViolationException => CloseReason.ProtocolViolation,
            ProtocolCrashedException => CloseReason.Aborted,
            _ => CloseReason.Failed,
        };
}

/// <summary>
/// Reports that TLS is established. The TLS layer sends this event directly after the <see cref="Connected"/> that has the same
/// information as <see cref="Connected.Tls"/>.
/// </summary>
/// <param name="Info">The result of the handshake.</param>
public sealed record Secured(TlsInfo Info) : ITransportEvent;

/// <summary>Reports that TLS is removed, in both directions, and that the connection continues in the clear. Answers <see cref="StopTls"/>.</summary>
public sealed record TlsStopped : ITransportEvent
{
    /// <summary>What is known of a TLS that is still there, under the one that was removed.</summary>
    internal TlsInfo? Below { get; init; }
}
