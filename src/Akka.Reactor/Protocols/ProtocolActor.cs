using System;
using System.Buffers;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Protocols;
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
public abstract class ProtocolActor : UntypedActor, IProtocolHooks
{
    private ILoggingAdapter? _log;

    // All that lives as long as one connection. A client's protocol gets a new one for the next connection.
    private ProtocolSession _session;

    // The transport while there is no connection. Set only in the protocol of a client. If null, the actor ends with its connection.
    private OfflineTransport? _offline;

    // The client is over: this actor only handles the answers to its earlier writes.
    private bool _clientIsOver;

    private volatile bool _hasStopped;

    /// <summary>Creates a protocol without a connection; <see cref="OnConnected"/> is called when there is one.</summary>
    protected ProtocolActor() => _session = new ProtocolSession(this, Context, offline: null);

    /// <summary>
    /// The top of the connection's stack: writes and commands go to it. It is Nobody before <see cref="OnConnected"/>. The protocol
    /// of a client always has a transport: while there is no connection, it refuses writes or keeps them for the next connection.
    /// </summary>
    protected IActorRef Transport => _session.Transport;

    /// <summary>The connection's addresses, options and known layers.</summary>
    /// <exception cref="InvalidOperationException">There is no connection yet, or no longer.</exception>
    protected Connected Connection =>
        _session.Connection
        ?? throw new InvalidOperationException("There is no connection before OnConnected or after OnClosed.");

    /// <summary>Logs under this actor's path.</summary>
    protected ILoggingAdapter Log => _log ??= Context.GetLogger();

    /// <summary>
    /// Called when the connection is there, with all layers that its configuration asks for. If TLS is one of them (<c>tls://</c>),
    /// or if the protocol that handed the connection over has started TLS, <see cref="Connected.Tls"/> of <see cref="Connection"/>
    /// reports what TLS has negotiated.
    /// </summary>
    protected virtual void OnConnected() { }

    /// <summary>
    /// Called with all bytes that were received and not yet consumed, oldest first. It is called again while it consumes bytes (after
    /// 64 calls, when the other connections of the loop had their turn), and when more bytes arrive, but not while more than
    /// <see cref="ConnectionOptions.HighWater"/> waits to be sent. A protocol that answers requests handles one request in each call.
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
    /// Whether, while reading is suspended, every end (a reset, a truncation, a time-out; not <see cref="CloseReason.Shed"/>) waits
    /// until the bytes received before it were offered. Default false: only <see cref="CloseReason.PeerFinished"/> waits, and a
    /// protocol that has suspended reading learns of a failure immediately, without the bytes that it has not read. A protocol that
    /// passes everything on overrides this property to return true.
    /// </summary>
    protected virtual bool ReadsToEnd => false;

    /// <summary>
    /// Called after a TLS handshake that this protocol has started after <see cref="OnConnected"/>, with <see cref="StartTls"/> or
    /// <see cref="StartLayer"/>. From here on <see cref="Connected.Tls"/> of <see cref="Connection"/> has the same value as the
    /// argument. Not called for TLS from the first byte.
    /// </summary>
    protected virtual void OnSecured(TlsInfo info) { }

    /// <summary>
    /// Called after <see cref="StopTls"/>, when the peer has removed TLS, too: the bytes that are offered from here on were sent in the clear,
    /// and <see cref="Connected.Tls"/> of <see cref="Connection"/> is null, or that of a TLS beneath.
    /// </summary>
    protected virtual void OnTlsStopped() { }

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
    /// Called once for each connection for which <see cref="OnConnected"/> was called, however it ends: the place to free what
    /// <see cref="OnConnected"/> has opened. If the connection ends first, the actor stops after this call, unless it is the protocol of a
    /// client. If the actor ends first, by an exception, <c>Context.Stop</c>, <see cref="PoisonPill"/> or <see cref="Kill"/>, this method
    /// is called while it stops: with <see cref="CloseReason.Requested"/> after <see cref="Close()"/>, otherwise with
    /// <see cref="CloseReason.Aborted"/>, and after an exception with a <see cref="ProtocolCrashedException"/>. By default logs failures,
    /// except for a client, which logs them itself.
    /// </summary>
    protected virtual void OnClosed(Closed closed) => LogFailure(closed);

    private void LogFailure(Closed closed)
    {
        if (closed is { Cause: not null, Logged: false } && _offline is null)
        {
            Log.Info("{0} closed: {1}: {2}", _session.Connection?.Remote, closed.Reason, closed.Cause.Message);
        }
    }

    /// <summary>
    /// Called in a listener's protocol instead of <see cref="OnClosed"/> when the connection ends before <see cref="OnConnected"/>: the
    /// handshake of a layer has failed. The actor stops after this call. By default logs the failure.
    /// </summary>
    protected virtual void OnNotConnected(Closed closed) => LogFailure(closed);

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
    protected void Write(ReadOnlySequence<byte> data, object? ack = null) => _session.Write(new Write(data, ack));

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
            throw new ArgumentException($"{write} is not a Write, WriteFile or WriteFrom.", nameof(write));
        }

        _session.Write(write);
    }

    /// <summary>Sends a part of a file; see <see cref="Akka.Reactor.WriteFile"/>.</summary>
    /// <param name="path">A regular file.</param>
    /// <param name="offset">The position in bytes at which the part begins.</param>
    /// <param name="count">The number of bytes; null means to the end of the file.</param>
    /// <param name="ack">Sent to this actor (<see cref="OnMessage"/>) once the kernel has every byte.</param>
    protected void WriteFile(string path, long offset = 0, long? count = null, object? ack = null) =>
        Write(new WriteFile(path, offset, count, ack));

    /// <summary>Delivers what was written, then closes. <see cref="OnReceived"/> is not called again.</summary>
    protected void Close() => _session.Ends.Close(Akka.Reactor.Close.Instance);

    /// <summary>
    /// Delivers what was written, then resets the connection for the given reason. The peer gets every byte, and the reset shows it
    /// that the stream is not complete. A peer that speaks TLS gets FIN without close_notify. The reason is logged and passed to
    /// <see cref="OnClosed"/>, and a client decides by it what to do next. <see cref="OnReceived"/> is not called again. See
    /// <see cref="Akka.Reactor.Close.ThenReset"/>.
    /// </summary>
    protected void Close(ReactorException reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        _session.Ends.Blame(reason, "closed");
        _session.Ends.Close(Akka.Reactor.Close.Cutting);
    }

    /// <summary>Delivers what was written and sends FIN (half-close). Receiving continues.</summary>
    protected void CloseWrite() => _session.Ends.CloseWrite();

    /// <summary>Closes immediately with RST. <see cref="OnReceived"/> is not called again.</summary>
    protected void Abort() => _session.Ends.Abort();

    /// <summary>
    /// Closes immediately with RST for the given reason, such as a <see cref="PeerViolationException"/>. The reason is logged and
    /// passed to <see cref="OnClosed"/>, and a client decides by it what to do next.
    /// </summary>
    protected void Abort(ReactorException reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        _session.Ends.Abort(reason);
    }

    /// <summary>
    /// Stops the calls of <see cref="OnReceived"/> until <see cref="ResumeReading"/>; TCP holds the peer back. An end that follows
    /// kept bytes waits, too: <see cref="OnPeerFinished"/>, and <see cref="OnClosed"/> with <see cref="CloseReason.PeerFinished"/>.
    /// </summary>
    /// <param name="readAhead">
    /// Whether receiving continues during the suspension, up to <see cref="ConnectionOptions.MaxUnread"/> bytes. Bytes that were
    /// received are not lost when the peer resets the connection, or when its TCP does so because the peer closes.
    /// </param>
    protected void SuspendReading(bool readAhead = false) => _session.Inbound.Suspend(readAhead);

    /// <summary>Offers the kept bytes and continues to receive.</summary>
    protected void ResumeReading() => _session.ResumeReading();

    /// <summary>
    /// Counts memory that this protocol keeps for its connection, such as a half-received message, as part of what
    /// <c>akka.reactor.memory-limit</c> bounds. At the end of the connection all of it counts as freed.
    /// </summary>
    /// <param name="bytes">The bytes that are kept from now on; a negative number for bytes that are freed.</param>
    protected void CountMemory(long bytes) => Transport.Tell(new MemoryHeld(bytes), Self);

    /// <summary>
    /// Creates a writer with which any thread can write to this connection, see <see cref="ConnectionWriter"/>.
    /// </summary>
    /// <param name="onRoom">
    /// Called in this actor's message processing, once after writes were refused: when there is room, or when the writer has ended. It must
    /// not block, and its exception is one of this protocol.
    /// </param>
    /// <param name="limit">The <see cref="ConnectionWriter.Limit"/> in bytes: at least 1,024.</param>
    /// <exception cref="InvalidOperationException">There is no connection yet (<see cref="OnConnected"/>), or no longer.</exception>
    protected ConnectionWriter CreateWriter(Action<ConnectionWriter>? onRoom = null, int limit = 128 * 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, ConnectionWriter.LeastLimit);
        return _session.IsEstablished
            ? _session.Outbound.CreateWriter(limit, onRoom)
            : throw new InvalidOperationException("There is no connection to write to before OnConnected.");
    }

    /// <summary>
    /// Creates a timer that sends this actor a message (<see cref="OnMessage"/>). After the end of the connection its message is dropped, so
    /// it never reaches the next connection of a client.
    /// </summary>
    protected ConnectionTimer CreateTimer(object message) => _session.CreateTimer(Connection, message);

    /// <summary>
    /// True when <see cref="StartTls"/> is possible: the connection is configured for TLS, and TLS is neither on nor being started.
    /// </summary>
    protected bool CanStartTls => _session.WhyNotStartTls(Connection) is null;

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
        Connected connection = Connection;
        if (_session.WhyNotStartTls(connection) is { } reason)
        {
            throw new InvalidOperationException(reason);
        }

        _session.StartTls(connection);
    }

    /// <summary>True when <see cref="StopTls"/> is possible: TLS is on, and is not being stopped.</summary>
    protected bool CanStopTls => _session.WhyNotStopTls(Connection) is null;

    /// <summary>
    /// Removes TLS and keeps the connection, as FTP's CCC does (RFC 4217, section 12.3). Bytes written before this call leave through TLS,
    /// followed by close_notify. Bytes written after it leave in the clear, so a protocol that has to be sure that the peer has agreed writes
    /// them in <see cref="OnTlsStopped"/>. A peer that does not answer with its own close_notify within
    /// <see cref="ConnectionOptions.LingerTimeout"/> ends the connection with <see cref="TlsStopTimeoutException"/>. Works for both sides of
    /// TLS.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="CanStopTls"/> is false.</exception>
    protected void StopTls()
    {
        if (_session.WhyNotStopTls(Connection) is { } reason)
        {
            throw new InvalidOperationException(reason);
        }

        _session.Swaps.StopTls();
    }

    /// <summary>Puts a layer under this protocol while the connection lives.</summary>
    /// <exception cref="InvalidOperationException">The connection was handed to another protocol.</exception>
    protected void StartLayer(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        _session.Swaps.StartLayer(Connection, layer);
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

        return _session.Swaps.SwapProtocol(Connection, protocol, unread);
    }

    /// <inheritdoc/>
    protected sealed override void OnReceive(object message)
    {
        try
        {
            _session.Dispatch(message, Sender);
        }
        catch (Exception fault) when (_session.Ends.NoteCrash(fault))
        {
            throw;
        }
    }

    /// <summary>
    /// Aborts the connection of a protocol that restarts, because the protocol has lost its position in the stream.
    /// </summary>
    public sealed override void AroundPreRestart(Exception cause, object message)
    {
        _session.AbortForRestart();
        base.AroundPreRestart(cause, message);
    }

    /// <summary>Calls <see cref="OnClosed"/> if the actor stops before its connection has ended.</summary>
    public sealed override void AroundPostStop()
    {
        _session.Stop();
        _hasStopped = true;
        _session.HasStopped();
        base.AroundPostStop();
    }

    /// <summary>The asynchronous handler of the current connection.</summary>
    private protected AsyncHandler Handler => _session.Handler;

    /// <inheritdoc cref="ProtocolInbound.Framing"/>
    private protected Framing? CurrentFraming
    {
        get => _session.Inbound.Framing;
        set => _session.Inbound.Framing = value;
    }

    /// <summary>Makes this actor the protocol of a client. Called once for every instance, before its first message.</summary>
    internal void KeepFor(OfflineTransport offline)
    {
        _offline = offline;
        _session = new ProtocolSession(this, Context, offline);
    }

    /// <summary>Hands the connection to a protocol that already exists. This actor stays as an inert shell.</summary>
    private protected void HandTo(IActorRef successor, UnreadPolicy unread = UnreadPolicy.Forward) =>
        _session.Swaps.HandTo(successor, unread);

    /// <summary>True from <see cref="HandTo"/> until this actor has passed the bytes received earlier to the successor.</summary>
    private protected bool IsHandingOver => _session.Swaps.IsHandingOver;

    /// <summary>
    /// Called when a connection that was handed on has ended. The argument is null if the successor has stopped without reporting
    /// how it ended, or if another actor had claimed the connection.
    /// </summary>
    private protected virtual void OnHandedOnEnded(Closed? closed)
    {
        if (_offline is not null)
        {
            closed ??= new Closed(CloseReason.Aborted);
            _session.TellEnd(closed with { Logged = true });
            _session.LetGo(closed);
        }
        else if (closed is null)
        {
            Context.Stop(Self);
        }
    }

    private bool HandleAsClient(object message)
    {
        switch (message)
        {
            case Connecting connecting:
                _session.ExpectConnection();
                OnConnecting(connecting);
                return true;
            case Disconnected disconnected:
                OnDisconnected(disconnected);
                return true;
            case GaveUp gaveUp:
                OnGaveUp(gaveUp);
                return true;
            case ClientOver:
                // The end comes behind the answers to earlier writes, and nothing is written any more.
                _clientIsOver = true;
                Self.Tell(PoisonPill.Instance, Self);
                return true;
            case var _ when _clientIsOver:
                Context.System.DeadLetters.Tell(message, Sender);
                return true;
            default:
                return false;
        }
    }

    ILoggingAdapter IProtocolHooks.Log => Log;

    bool IProtocolHooks.KeepsReceived => KeepsReceived;

    bool IProtocolHooks.ReadsToEnd => ReadsToEnd;

    bool IProtocolHooks.HasStopped => _hasStopped;

    ProtocolSession IProtocolHooks.ActOn(ProtocolSession session)
    {
        (ProtocolSession before, _session) = (_session, session);
        return before;
    }

    void IProtocolHooks.OnConnected() => OnConnected();

    void IProtocolHooks.OnSecured(TlsInfo info) => OnSecured(info);

    long IProtocolHooks.OnReceived(in ReadOnlySequence<byte> data)
    {
        long used = OnReceived(data);
        return used >= 0 && used <= data.Length
            ? used
            : throw new InvalidOperationException(
                $"{GetType().Name}.OnReceived returned {used} of {data.Length} bytes; the result must be from 0 to the length."
            );
    }

    void IProtocolHooks.OnTlsStopped() => OnTlsStopped();

    void IProtocolHooks.OnPeerFinished() => OnPeerFinished();

    void IProtocolHooks.OnWritable() => OnWritable();

    void IProtocolHooks.OnWriteQueueEmpty() => OnWriteQueueEmpty();

    void IProtocolHooks.OnWriteFailed(WriteFailed failure) => OnWriteFailed(failure);

    void IProtocolHooks.OnDeliveryUnknown(DeliveryUnknown unknown) => OnDeliveryUnknown(unknown);

    void IProtocolHooks.OnDraining() => OnDraining();

    void IProtocolHooks.OnClosed(Closed closed) => OnClosed(closed);

    void IProtocolHooks.OnNotConnected(Closed closed) => OnNotConnected(closed);

    void IProtocolHooks.OnHandedOnEnded(Closed? closed) => OnHandedOnEnded(closed);

    void IProtocolHooks.OnSessionOver()
    {
        if (_offline is null)
        {
            Context.Stop(Self);
        }
        else
        {
            _session = new ProtocolSession(this, Context, _offline);
        }
    }

    void IProtocolHooks.OnOther(object message)
    {
        if (_offline is null || !HandleAsClient(message))
        {
            OnMessage(message);
        }
    }

    /// <summary>Sent by its client: there will be no connection any more, and the protocol has to stop.</summary>
    internal sealed class ClientOver : INoSerializationVerificationNeeded
    {
        internal static readonly ClientOver Instance = new();
    }
}
