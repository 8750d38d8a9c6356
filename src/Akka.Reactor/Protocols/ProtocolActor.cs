using System;
using System.Buffers;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Buffers;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

/// <summary>
/// The base of a protocol: an actor that owns one connection. The actor is offered received bytes until it has consumed them. It
/// writes, changes its layers while the connection lives, and stops when the connection has closed.
/// </summary>
/// <remarks>
/// Everything runs in the actor's own message processing, on the connection's loop unless the Props of the actor name another
/// dispatcher. The supervisor handles exceptions: under a listener an exception stops the actor and aborts this connection, but no
/// other.
/// </remarks>
public abstract partial class ProtocolActor : UntypedActor
{
    private OutgoingSwaps _outgoing;
    private IncomingSwap _incoming;
    private InboundBuffer? _unread;
    private ILoggingAdapter? _log;
    private Connected? _connection;
    private IActorRef? _layer;

    // The transport that sent the first Connected. All layers put in since then are above it.
    private IActorRef? _base;
    private long _uncredited;
    private OutboundPace _pace; // A mutable struct must not be readonly.

    // A copy from Connection: with a thousand connections, Connection is not in the processor's cache when a message comes.
    private int _maxUnread;
    private List<WriteFailed>? _refusedHere;

    // The reason for which this actor has ended the connection.
    private ReactorException? _fault;

    // The actor that handed the connection to this one. It is notified of the end of the connection.
    private IActorRef? _handedBy;
    private bool _established;
    private bool _suspended;
    private bool _readsAhead;
    private bool _peerFinished;
    private bool _offering;
    private bool _closing;
    private bool _finished;
    private bool _handedOn;
    private bool _claimedAway;
    private bool _draining;
    private bool _shares;
    private bool _startsTls;

    // Set when the connection is over and OnClosed has not been called yet, or when this actor has aborted the connection. The
    // transport's answer to a later write would come too late, so this actor itself answers such writes.
    private TransportClosedException? _over;

    /// <summary>
    /// The top of the connection's stack: writes and commands go to it. It is Nobody before <see cref="OnConnected"/>. The protocol
    /// of a client always has a transport: while there is no connection, it refuses writes or keeps them for the next connection.
    /// </summary>
    protected IActorRef Transport { get; private set; } = ActorRefs.Nobody;

    /// <summary>The connection's addresses, options and known layers.</summary>
    /// <exception cref="InvalidOperationException">There is no connection yet, or no longer.</exception>
    protected Connected Connection =>
        _connection
        ?? throw new InvalidOperationException("There is no connection before OnConnected, nor after OnClosed.");

    /// <summary>Logs under this actor's path.</summary>
    protected ILoggingAdapter Log => _log ??= Context.GetLogger();

    /// <summary>
    /// Called when the connection is there, with all layers that its configuration asks for. If TLS is one of them (<c>tls://</c>),
    /// or if the protocol that handed the connection over has started TLS, <see cref="Connected.Tls"/> of <see cref="Connection"/>
    /// reports what TLS has negotiated.
    /// </summary>
    protected virtual void OnConnected() { }

    /// <summary>
    /// Called with all bytes that were received and not yet consumed, oldest first. It is called again while it consumes bytes, and
    /// when more bytes arrive, but not while more than <see cref="ConnectionOptions.HighWater"/> waits to be sent. A protocol that
    /// answers requests handles one request in each call.
    /// </summary>
    /// <param name="data">
    /// Never empty. The data is immutable; slices may be kept, unless <see cref="KeepsReceived"/> is false.
    /// </param>
    /// <returns>
    /// The number of bytes used; 0 means "not enough yet". Unused bytes are kept and offered again, up to
    /// <see cref="ConnectionOptions.MaxUnread"/> bytes. At that limit the connection is aborted with
    /// <see cref="UnreadLimitException"/>.
    /// </returns>
    protected abstract long OnReceived(ReadOnlySequence<byte> data);

    /// <summary>
    /// Whether slices of the data passed to <see cref="OnReceived"/> are used after it has returned: kept in a field, sent to
    /// another actor, or written to another connection. Default true: slices may then be kept for any length of time. A protocol
    /// that moves much data and returns false here lets its loop receive into the same memory again. Data that it passes to
    /// <see cref="Write(ReadOnlySequence{byte}, object)"/> is still sent unchanged. It must copy everything else that it keeps, and
    /// the data in a <see cref="WriteFailed"/> at the end of its connection may have been overwritten.
    /// </summary>
    protected virtual bool KeepsReceived => true;

    /// <summary>
    /// Whether, while reading is suspended, every end (a reset, a truncation, a time-out) waits until the bytes received before it
    /// were offered. Default false: only <see cref="CloseReason.PeerFinished"/> waits, and a protocol that has suspended reading
    /// learns of a failure immediately, without the bytes that it has not read. A protocol that passes everything on overrides this
    /// property to return true.
    /// </summary>
    protected virtual bool ReadsToEnd => false;

    /// <summary>
    /// Called after a TLS handshake that this protocol has started after <see cref="OnConnected"/>, with <see cref="StartTls"/> or
    /// <see cref="StartLayer"/>. From here on <see cref="Connected.Tls"/> of <see cref="Connection"/> has the same value as the
    /// argument. Not called for TLS from the first byte.
    /// </summary>
    protected virtual void OnSecured(TlsInfo info) { }

    /// <summary>Called when the peer will send nothing more. By default closes the connection, after delivery.</summary>
    protected virtual void OnPeerFinished() => Close();

    /// <summary>
    /// Called after a refused write, when writes are accepted again. Not called after a write that was too large for the queue.
    /// </summary>
    protected virtual void OnWritable() { }

    /// <summary>
    /// Called when the outbound queue, which had been above <c>high-water</c>, is empty: the kernel has everything.
    /// </summary>
    protected virtual void OnWriteQueueEmpty() { }

    /// <summary>
    /// Called when a write did not complete. By default aborts the connection if the write was refused or its source failed,
    /// because the stream misses that write. By default a write for which there was no connection is only logged.
    /// </summary>
    protected virtual void OnWriteFailed(WriteFailed failure)
    {
        if (
            failure.Cause
            is WriteRefusedException
                or WriteTooLargeException
                or WriteSourceException
                or DeliveryNotSupportedException
        )
        {
            Abort(failure.Cause);
        }
        else if (failure.Cause is NotConnectedException)
        {
            Log.Warning("Not written: {0}", failure.Cause.Message);
        }
    }

    /// <summary>
    /// Called when a write that asked for a <see cref="IWriteCommand.DeliveredAck"/> will never get it. By default does nothing.
    /// </summary>
    protected virtual void OnDeliveryUnknown(DeliveryUnknown unknown) { }

    /// <summary>
    /// Called when the listener is being drained, or when the client was told to close or to connect again. By default closes the
    /// connection, after delivery.
    /// </summary>
    protected virtual void OnDraining() => Close();

    /// <summary>
    /// Called when the connection has ended. The actor stops after this call, unless it is the protocol of a client. By default
    /// logs failures, except for a client, which logs them itself.
    /// </summary>
    protected virtual void OnClosed(Closed closed)
    {
        if (closed is { Cause: not null, Logged: false } && _kept is null)
        {
            Log.Info("{0} closed: {1}: {2}", _connection?.Remote, closed.Reason, closed.Cause.Message);
        }
    }

    /// <summary>Called in a client's protocol when an attempt to connect begins. By default does nothing.</summary>
    protected virtual void OnConnecting(Connecting connecting) { }

    /// <summary>
    /// Called in a client's protocol when an attempt to connect has failed, or when the connection is lost. In the second case
    /// <see cref="OnClosed"/> was called before. By default does nothing.
    /// </summary>
    protected virtual void OnDisconnected(Disconnected disconnected) { }

    /// <summary>
    /// Called in a client's protocol when there will be no other attempt to connect; the actor stops. By default does nothing.
    /// </summary>
    protected virtual void OnGaveUp(GaveUp gaveUp) { }

    /// <summary>Called with every other message: acknowledgements, and messages from other actors.</summary>
    protected virtual void OnMessage(object message) => Unhandled(message);

    /// <summary>Sends bytes after everything written before; see <see cref="Akka.Reactor.Write"/>.</summary>
    /// <param name="data">The bytes. They must not change until they are sent.</param>
    /// <param name="ack">Sent to this actor (<see cref="OnMessage"/>) once the kernel has every byte.</param>
    protected void Write(ReadOnlySequence<byte> data, object? ack = null) => Send(new Write(data, ack));

    /// <inheritdoc cref="Write(ReadOnlySequence{byte}, object?)"/>
    protected void Write(ReadOnlyMemory<byte> data, object? ack = null) => Write(new ReadOnlySequence<byte>(data), ack);

    /// <summary>Sends a copy of these bytes after everything written before.</summary>
    protected void Write(ReadOnlySpan<byte> data, object? ack = null) =>
        Write(new ReadOnlySequence<byte>(data.ToArray()), ack);

    /// <summary>Sends a write of any kind: with a <see cref="IWriteCommand.DeliveredAck"/>, from a file, from a producer.</summary>
    /// <exception cref="ArgumentException">The command is none of the three kinds.</exception>
    protected void Write(IWriteCommand write)
    {
        if (write is not (Akka.Reactor.Write or Akka.Reactor.WriteFile or WriteFrom))
        {
            throw new ArgumentException($"{write} is no Write, WriteFile or WriteFrom.", nameof(write));
        }

        Send(write);
    }

    /// <summary>Sends a part of a file; see <see cref="Akka.Reactor.WriteFile"/>.</summary>
    /// <param name="path">A regular file.</param>
    /// <param name="offset">The position in bytes at which the part begins.</param>
    /// <param name="count">The number of bytes; null means to the end of the file.</param>
    /// <param name="ack">Sent to this actor (<see cref="OnMessage"/>) once the kernel has every byte.</param>
    protected void WriteFile(string path, long offset = 0, long? count = null, object? ack = null) =>
        Write(new WriteFile(path, offset, count, ack));

    /// <summary>Delivers what was written, then closes. <see cref="OnReceived"/> is not called again.</summary>
    protected void Close() => EndWith(Akka.Reactor.Close.Instance);

    /// <summary>
    /// Delivers what was written, then resets the connection for the given reason. The peer gets every byte, and the reset shows it
    /// that the stream is not complete. A peer that speaks TLS gets FIN without close_notify. The reason is logged and passed to
    /// <see cref="OnClosed"/>, and a client decides by it what to do next. <see cref="OnReceived"/> is not called again. See
    /// <see cref="Akka.Reactor.Close.ThenReset"/>.
    /// </summary>
    protected void Close(ReactorException reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        Blame(reason, "closed");
        EndWith(Akka.Reactor.Close.Cutting);
    }

    /// <summary>Delivers what was written and sends FIN (half-close). Receiving continues.</summary>
    protected void CloseWrite()
    {
        RequireTransport();
        _finished = true;
        Transport.Tell(Akka.Reactor.CloseWrite.Instance, Self);
    }

    /// <summary>Closes immediately with RST. <see cref="OnReceived"/> is not called again.</summary>
    protected void Abort()
    {
        RequireTransport();
        _closing = true;
        _finished = true;
        _over ??= _connection is null ? null : new TransportClosedException(CloseReason.Aborted, _fault);
        Transport.Tell(Akka.Reactor.Abort.Instance, Self);
        TellKeptEnd();
    }

    /// <summary>
    /// Closes immediately with RST for the given reason, such as a <see cref="PeerViolationException"/>. The reason is logged and
    /// passed to <see cref="OnClosed"/>, and a client decides by it what to do next.
    /// </summary>
    protected void Abort(ReactorException reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        Blame(reason, "aborted");
        Abort();
    }

    /// <summary>
    /// Stops the calls of <see cref="OnReceived"/> until <see cref="ResumeReading"/>; TCP holds the peer back. An end that follows
    /// kept bytes waits, too: <see cref="OnPeerFinished"/>, and <see cref="OnClosed"/> with <see cref="CloseReason.PeerFinished"/>.
    /// </summary>
    /// <param name="readAhead">
    /// Whether receiving continues during the suspension, up to <see cref="ConnectionOptions.MaxUnread"/> bytes. Bytes that were
    /// received are not lost when the peer resets the connection, or when its TCP does so because the peer closes.
    /// </param>
    protected void SuspendReading(bool readAhead = false)
    {
        bool stops = !readAhead && (!_suspended || _readsAhead);
        _readsAhead = readAhead && (!_suspended || _readsAhead);
        _suspended = true;
        if (stops)
        {
            Transport.Tell(Akka.Reactor.SuspendReading.Instance, Self);
        }
    }

    /// <summary>Offers the kept bytes and continues to receive.</summary>
    protected void ResumeReading()
    {
        if (_suspended)
        {
            _suspended = false;
            if (!_readsAhead)
            {
                Transport.Tell(Akka.Reactor.ResumeReading.Instance, Self);
            }

            _readsAhead = false;
            OfferKept();
            OfferKeptEnd();
        }
    }

    /// <summary>
    /// Creates a timer that sends this actor a message (<see cref="OnMessage"/>). Stop the timer when the connection ends.
    /// </summary>
    protected ConnectionTimer CreateTimer(object message) => new(Connection.Loop, Self, message);

    /// <summary>
    /// True when <see cref="StartTls"/> is possible: the connection is configured for TLS, and TLS is neither on nor being started.
    /// </summary>
    protected bool CanStartTls => WhyNotStartTls() is null;

    /// <summary>
    /// Puts TLS under this protocol, with the connection's configured certificate or server name. Bytes written before this call
    /// leave first, in the clear. Bytes written after it leave only through TLS. Bytes that the peer has sent ahead close the
    /// connection with <see cref="PeerViolationException"/>. Use <see cref="StartLayer"/> for TLS inside TLS.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// <see cref="CanStartTls"/> is false: no <c>tls</c> is configured for this connection, or TLS is already on or being started.
    /// </exception>
    protected void StartTls()
    {
        if (WhyNotStartTls() is { } reason)
        {
            throw new InvalidOperationException(reason);
        }

        StartLayer(Connection.KnownLayers["tls"]);
        _startsTls = true;
    }

    private string? WhyNotStartTls() =>
        Connection.Tls is not null ? "StartTls on a connection that speaks TLS already; StartLayer puts TLS inside TLS."
        : _startsTls ? "StartTls was called already, and its handshake is not complete."
        : !_established ? "StartTls before OnConnected: the connection's layers are not there yet."
        : !Connection.KnownLayers.ContainsKey("tls")
            ? "StartTls needs a tls layer: configure tls.certificate for the listener, or tls for the client."
        : null;

    /// <summary>Puts a layer under this protocol while the connection lives.</summary>
    /// <exception cref="InvalidOperationException">The connection was handed to another protocol.</exception>
    protected void StartLayer(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Connected connection = Connection;
        RequireOwnership();
        Transport.Tell(AnnounceHandover.Instance, Self);
        IActorRef actor = Context.ActorOf(layer.Create(Transport).OnLoop(connection.Dispatcher));
        if (_layer is not null)
        {
            Context.Unwatch(_layer);
        }

        _layer = Context.Watch(actor);
        HandOver(actor, layer.Unread);
        Transport = actor;
        _connection = connection with { Transport = actor };
        AddOfConnection(actor);
        if (_suspended && !_readsAhead)
        {
            // The layer needs this command now: the transport below has forgotten the suspension with the change of owner.
            Transport.Tell(Akka.Reactor.SuspendReading.Instance, Self);
        }
    }

    /// <summary>
    /// Hands the connection to another protocol actor, which is created as a child of this one. This actor stays as an inert shell
    /// until the connection ends.
    /// </summary>
    /// <param name="protocol">Must create a <see cref="ProtocolActor"/>, because the new actor takes part in the hand-over.</param>
    /// <param name="unread">Whether bytes not consumed by this actor go to the new protocol or close the connection.</param>
    /// <exception cref="InvalidOperationException">The connection was handed to another protocol before.</exception>
    protected IActorRef SwapProtocol(Props protocol, UnreadPolicy unread = UnreadPolicy.Forward)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        if (!typeof(ProtocolActor).IsAssignableFrom(protocol.Type))
        {
            throw new ArgumentException($"{protocol.Type} is not a ProtocolActor.", nameof(protocol));
        }

        RequireOwnership();
        IActorRef successor = Context.Watch(Context.ActorOf(protocol.OnLoop(Connection.Dispatcher)));
        AddOfConnection(successor);
        HandTo(successor, unread);
        return successor;
    }

    private void RequireTransport()
    {
        if (Transport.IsNobody())
        {
            throw new InvalidOperationException(
                $"{GetType().Name} has no connection yet; a protocol may write and close from OnConnected on, not in its constructor or PreStart."
            );
        }
    }

    private void RequireOwnership()
    {
        if (_handedOn)
        {
            throw new InvalidOperationException(
                $"{GetType().Name} has handed its connection to another protocol, and cannot change its layers or owner any more."
            );
        }
    }
}
