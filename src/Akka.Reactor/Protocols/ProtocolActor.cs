using System;
using System.Buffers;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Buffers;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

/// <summary>
/// The base of a protocol: an actor that owns one connection. It is offered what was received until it has consumed it,
/// writes, changes its layers while the connection lives, and stops when the connection has closed.
/// </summary>
/// <remarks>
/// Everything runs in the actor's own message processing, on the connection's loop unless its Props name another
/// dispatcher. An exception is the supervisor's business: under a listener it stops the actor and aborts this connection,
/// and no other.
/// </remarks>
public abstract partial class ProtocolActor : UntypedActor
{
    private OutgoingSwaps _outgoing;
    private IncomingSwap _incoming;
    private InboundBuffer? _unread;
    private ILoggingAdapter? _log;
    private Connected? _connection;
    private IActorRef? _layer;

    // What told us Connected first: under the layers put in since.
    private IActorRef? _base;
    private long _uncredited;
    private OutboundPace _pace; // Mutable struct: not readonly.

    // The connection's; held here, since Connection is not in the cache when a message comes on one of a thousand connections.
    private int _maxUnread;
    private List<WriteFailed>? _refusedHere;

    // Why we have ended it.
    private ReactorException? _fault;

    // Who handed the connection to us, and is told of its end.
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

    // The connection is over and we were not told so yet, or have aborted it: the transport has no answer to what is written from
    // here on, so that is answered here.
    private TransportClosedException? _over;

    /// <summary>
    /// The top of the connection's stack: where writes and commands go. Nobody before <see cref="OnConnected"/>; a client's
    /// protocol has one that refuses writes, or keeps them for the next connection, whenever there is no connection.
    /// </summary>
    protected IActorRef Transport { get; private set; } = ActorRefs.Nobody;

    /// <summary>The connection's addresses, options and known layers.</summary>
    /// <exception cref="InvalidOperationException">Not connected yet.</exception>
    protected Connected Connection =>
        _connection
        ?? throw new InvalidOperationException("There is no connection before OnConnected, nor after OnClosed.");

    /// <summary>Logs under this actor's path.</summary>
    protected ILoggingAdapter Log => _log ??= Context.GetLogger();

    /// <summary>
    /// The connection is there, with all layers that its configuration asks for. Where TLS is among them (<c>tls://</c>), or was
    /// started by the protocol that handed the connection over, <see cref="Connected.Tls"/> of <see cref="Connection"/> says what it
    /// agreed on.
    /// </summary>
    protected virtual void OnConnected() { }

    /// <summary>
    /// All bytes received and not consumed yet, oldest first. Called again while it makes progress, and with more; but not while more
    /// waits to be sent than <see cref="ConnectionOptions.HighWater"/>. A protocol that answers requests takes one of them each time
    /// it is called.
    /// </summary>
    /// <param name="data">Never empty. Immutable; slices may be kept, unless <see cref="KeepsReceived"/> says otherwise.</param>
    /// <returns>
    /// How many bytes were used; 0 means "not enough yet". What is not used is kept and offered again, up to
    /// <see cref="ConnectionOptions.MaxUnread"/> bytes: then the connection is aborted with
    /// <see cref="UnreadLimitException"/>.
    /// </returns>
    protected abstract long OnReceived(ReadOnlySequence<byte> data);

    /// <summary>
    /// Whether slices of what <see cref="OnReceived"/> was given are used after it has returned: kept in a field, told to
    /// another actor, written to another connection. True unless overridden, and then they may be kept for good.
    /// A protocol that moves much and says false here lets its loop receive into the same memory again. What it passes
    /// to <see cref="Write(ReadOnlySequence{byte}, object)"/> still leaves unchanged; anything else it must copy, and what a
    /// <see cref="WriteFailed"/> at the end of its connection carries may have been overwritten.
    /// </summary>
    protected virtual bool KeepsReceived => true;

    /// <summary>
    /// Whether every end waits, while reading is suspended, until what came before it was offered: a reset, a truncation, a time-out.
    /// False unless overridden: then only <see cref="CloseReason.PeerFinished"/> waits, and a protocol that has suspended reading learns of
    /// a failure at once, without what it has not read. A protocol that passes everything on says true.
    /// </summary>
    protected virtual bool ReadsToEnd => false;

    /// <summary>
    /// TLS that this protocol has put in after <see cref="OnConnected"/>, by <see cref="StartTls"/> or <see cref="StartLayer"/>, is
    /// on; <see cref="Connected.Tls"/> of <see cref="Connection"/> is the same from here on. Not called for TLS from the first byte.
    /// </summary>
    protected virtual void OnSecured(TlsInfo info) { }

    /// <summary>The peer will send nothing more. By default the connection is closed, after delivery.</summary>
    protected virtual void OnPeerFinished() => Close();

    /// <summary>After a refused write: writes are accepted again. Not called after one that was too large for the queue.</summary>
    protected virtual void OnWritable() { }

    /// <summary>The outbound queue, which had been above <c>high-water</c>, is empty: the kernel has everything.</summary>
    protected virtual void OnWriteQueueEmpty() { }

    /// <summary>
    /// A write did not complete. By default one that was refused, or whose source failed, aborts the connection: the stream
    /// has a hole. One for which there was no connection is logged.
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

    /// <summary>A write that asked for a <see cref="IWriteCommand.DeliveredAck"/> will have no answer any more. By default nothing is done.</summary>
    protected virtual void OnDeliveryUnknown(DeliveryUnknown unknown) { }

    /// <summary>
    /// The listener is being drained, or the client was told to close or to connect anew. By default the connection is closed,
    /// after delivery.
    /// </summary>
    protected virtual void OnDraining() => Close();

    /// <summary>
    /// The connection has ended; the actor stops after this, unless it is a client's. By default failures are logged, except
    /// for a client's, which logs them itself.
    /// </summary>
    protected virtual void OnClosed(Closed closed)
    {
        if (closed is { Cause: not null, Logged: false } && _kept is null)
        {
            Log.Info("{0} closed: {1}: {2}", _connection?.Remote, closed.Reason, closed.Cause.Message);
        }
    }

    /// <summary>As a client's protocol: an attempt to connect begins. By default nothing is done.</summary>
    protected virtual void OnConnecting(Connecting connecting) { }

    /// <summary>
    /// As a client's protocol: an attempt has failed, or the connection is lost, in which case <see cref="OnClosed"/> came
    /// before. By default nothing is done.
    /// </summary>
    protected virtual void OnDisconnected(Disconnected disconnected) { }

    /// <summary>As a client's protocol: there will be no other attempt, and the actor stops. By default nothing is done.</summary>
    protected virtual void OnGaveUp(GaveUp gaveUp) { }

    /// <summary>Everything else: acknowledgements, and what other actors tell this one.</summary>
    protected virtual void OnMessage(object message) => Unhandled(message);

    /// <summary>Sends bytes after everything written before; see <see cref="Akka.Reactor.Write"/>.</summary>
    /// <param name="data">Must not change until it is sent.</param>
    /// <param name="ack">Told to this actor (<see cref="OnMessage"/>) once the kernel has every byte.</param>
    protected void Write(ReadOnlySequence<byte> data, object? ack = null) => Send(new Write(data, ack));

    /// <inheritdoc cref="Write(ReadOnlySequence{byte}, object?)"/>
    protected void Write(ReadOnlyMemory<byte> data, object? ack = null) => Write(new ReadOnlySequence<byte>(data), ack);

    /// <summary>Sends a copy of these bytes after everything written before.</summary>
    protected void Write(ReadOnlySpan<byte> data, object? ack = null) =>
        Write(new ReadOnlySequence<byte>(data.ToArray()), ack);

    /// <summary>Sends a write of any kind: with a <see cref="IWriteCommand.DeliveredAck"/>, from a file, from a producer.</summary>
    /// <exception cref="ArgumentException">It is none of the three kinds.</exception>
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
    /// <param name="offset">Where the part begins, in bytes.</param>
    /// <param name="count">How many bytes; null: to the end.</param>
    /// <param name="ack">Told to this actor (<see cref="OnMessage"/>) once the kernel has every byte.</param>
    protected void WriteFile(string path, long offset = 0, long? count = null, object? ack = null) =>
        Write(new WriteFile(path, offset, count, ack));

    /// <summary>Delivers what was written, then closes. Nothing is offered from here on.</summary>
    protected void Close() => EndWith(Akka.Reactor.Close.Instance);

    /// <summary>
    /// Delivers what was written, then resets the connection, for a reason: the peer has everything, and cannot take it for the
    /// whole. A peer that speaks TLS gets FIN without close_notify. The reason is logged, <see cref="OnClosed"/> receives it, and a
    /// client decides by it what to do next. Nothing is offered from here on. See <see cref="Akka.Reactor.Close.ThenReset"/>.
    /// </summary>
    protected void Close(ReactorException reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        Blame(reason, "closed");
        EndWith(Akka.Reactor.Close.Cutting);
    }

    /// <summary>Delivers what was written and sends FIN; receiving goes on.</summary>
    protected void CloseWrite()
    {
        RequireTransport();
        _finished = true;
        Transport.Tell(Akka.Reactor.CloseWrite.Instance, Self);
    }

    /// <summary>Closes at once with RST. Nothing is offered from here on.</summary>
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
    /// Closes at once with RST, for a reason, such as a <see cref="PeerViolationException"/>: it is logged,
    /// <see cref="OnClosed"/> is told it, and a client decides by it what to do next.
    /// </summary>
    protected void Abort(ReactorException reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        Blame(reason, "aborted");
        Abort();
    }

    /// <summary>
    /// Nothing is offered until <see cref="ResumeReading"/>; TCP holds the peer back. An end that follows what is kept waits, too:
    /// <see cref="OnPeerFinished"/>, and <see cref="OnClosed"/> with <see cref="CloseReason.PeerFinished"/>.
    /// </summary>
    /// <param name="readAhead">
    /// Whether receiving goes on meanwhile, up to <see cref="ConnectionOptions.MaxUnread"/> bytes. What was received is safe from a peer
    /// that resets the connection, and from one whose TCP does so when it closes.
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

    /// <summary>Offers what is kept, and goes on receiving.</summary>
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

    /// <summary>A timer that tells this actor a message (<see cref="OnMessage"/>). Stop it when the connection ends.</summary>
    protected ConnectionTimer CreateTimer(object message) => new(Connection.Loop, Self, message);

    /// <summary>
    /// True when <see cref="StartTls"/> is possible: the connection is configured for it, and TLS is neither on nor being started.
    /// </summary>
    protected bool CanStartTls => WhyNotStartTls() is null;

    /// <summary>
    /// Puts TLS under this protocol, with the connection's configured certificate or server name. What was written before
    /// leaves before it in the clear; what is written from here on only through TLS. Bytes the peer sent ahead close the
    /// connection with <see cref="PeerViolationException"/>. TLS inside TLS is made with <see cref="StartLayer"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// <see cref="CanStartTls"/> is false: no <c>tls</c> is configured for this connection, or TLS is on already, or being started.
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
            // Of the layer, from now on: the transport below it forgot the wish with the change of owner.
            Transport.Tell(Akka.Reactor.SuspendReading.Instance, Self);
        }
    }

    /// <summary>
    /// Hands the connection to another protocol actor, made as a child of this one; this one stays as an inert shell
    /// until the connection ends.
    /// </summary>
    /// <param name="protocol">Must make a <see cref="ProtocolActor"/>: it takes part in the hand-over.</param>
    /// <param name="unread">Whether bytes not consumed here go to the new protocol or close the connection.</param>
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
