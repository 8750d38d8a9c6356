using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Net;
using Akka.Actor;
using Akka.Reactor.EventLoop;

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

    /// <summary>The connection's loop.</summary>
    internal ReactorLoop Loop { get; init; } = null!;

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

/// <summary>After a refused write: the queue is down to <c>low-water</c>, and writes are accepted again.</summary>
public sealed record Writable : ITransportEvent
{
    internal static Writable Instance { get; } = new();
}

/// <summary>The answer to a write that did not and will not complete.</summary>
/// <param name="Write">The write. Of a refused one no byte was sent; of others any number may have been.</param>
/// <param name="Reason">Why: <see cref="WriteRefusedException"/> when the queue is full, else why the transport closed.</param>
public sealed record WriteFailed(IWriteCommand Write, ReactorException Reason) : ITransportEvent;

/// <summary>The listener is being drained: finish what you are at, and close.</summary>
public sealed record Draining : ITransportEvent
{
    internal static Draining Instance { get; } = new();
}

/// <summary>The end, told exactly once. The transport is gone and its descriptor free.</summary>
/// <param name="Reason">What ended it.</param>
/// <param name="Exception">The failure, where there was one.</param>
public sealed record Closed(CloseReason Reason, ReactorException? Exception = null) : ITransportEvent
{
    /// <summary>True when the listener's <c>log-connections</c> has logged it.</summary>
    internal bool Logged { get; init; }
}

/// <summary>A transport to its old owner: what it told before this is all it will ever tell it.</summary>
internal sealed record Released(IActorRef NewOwner) : ITransportEvent;

/// <summary>
/// An old owner to the new one: the bytes it was told and did not consume, or why they may not be passed on.
/// </summary>
internal sealed record HandedOver(ReadOnlySequence<byte> Unread, ReactorException? Refusal) : ITransportEvent
{
    /// <summary>Under which policy the bytes are passed on.</summary>
    internal Unread Policy { get; init; } = Akka.Reactor.Unread.Forward;

    /// <summary>True when the peer's FIN came behind the bytes.</summary>
    internal bool PeerFinished { get; init; }
}

/// <summary>TLS is on.</summary>
/// <param name="Info">What was negotiated.</param>
public sealed record Secured(TlsInfo Info) : ITransportEvent;
