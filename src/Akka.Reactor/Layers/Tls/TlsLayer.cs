using System;
using System.Buffers;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// TLS as a layer: a thin actor around a <see cref="TlsSession"/>, with plaintext above and ciphertext below. The handshake has
/// a total deadline. An acknowledgement of a write means that the kernel has the write's ciphertext.
/// </summary>
internal sealed class TlsLayer : LayerActor, ITlsSink
{
    // A write of at least this length is encrypted at once: it fills a good part of a record.
    private const int LongWrite = 4096;

    // The memory of a connection's TLS after the handshake, measured as LayerHandshake.Memory.
    private const int MemoryOfSession = 30 * 1024;

    // While a step of the handshake is out on another dispatcher (IsOut), this engine belongs to the step: until the step returns as a
    // message, the layer neither calls nor reads it.
    private readonly TlsSession _session;
    private readonly TimeSpan _handshakeTimeout;
    private ConnectionTimer? _handshakeTimer;
    private TlsInfo? _info;
    private bool _hasReceived;

    private TlsWrites _writes; // Mutable struct: not readonly.
    private bool _asksToEncrypt;

    private LayerHandshake? _handshake; // Null before it begins and when it is over.

    // True after a Close from above: the peer's bytes are not wanted.
    private bool _discards;

    // True after StopTls: our close_notify is sent, and what is written passes through. When the peer's close_notify has arrived, too, TLS is
    // removed, and everything passes through.
    private bool _stops;
    private bool _isRemoved;
    private ConnectionTimer? _stopTimer;
    private ITransportCommand? _closeBelowWhenOpen;
    private TlsCredit _credit; // Mutable struct: not readonly.

    public TlsLayer(IActorRef lower, TlsServerOptions options)
        : base(lower)
    {
        _session = new TlsSession(options, this);
        _handshakeTimeout = options.HandshakeTimeout;
    }

    public TlsLayer(IActorRef lower, TlsClientOptions options)
        : base(lower)
    {
        _session = new TlsSession(options, this);
        _handshakeTimeout = options.HandshakeTimeout;
    }

    // The owner receives Connected only after this layer's own handshake is complete.
    protected override TlsInfo? TlsAbove => _isRemoved ? Connection.Tls : _info;

    private bool IsOut => _handshake is { IsOut: true };

    private TlsSessionState State => IsOut ? TlsSessionState.Handshaking : _session.State;

    protected override void OnLowerConnected()
    {
        _handshakeTimer = CreateTimer(Due.HandshakeTimeout);
        _handshakeTimer.Start(_handshakeTimeout);
        _handshake = new LayerHandshake(this, Self, _session, Connection);
        _handshake.Start();
    }

    protected override void PostStop()
    {
        _handshakeTimer?.Stop();
        _stopTimer?.Stop();
        if (_handshake?.Abandon() != true)
        {
            _session.Dispose();
        }
    }

    protected override bool AcceptsEarly(ReadOnlySequence<byte> data) => data.FirstSpan[0] == TlsRecordReader.Handshake;

    protected override void OnReceived(ReadOnlySequence<byte> data)
    {
        _credit.Received(data.Length);
        if (_handshake is { } handshake)
        {
            handshake.Receive(data);
        }
        else
        {
            Take(data);
        }
    }

    /// <summary>The end of the layer; null if it has not ended.</summary>
    internal Closed? End => TheEnd;

    /// <summary>True after the owner has received the end.</summary>
    internal bool IsOver => Ended;

    /// <summary>Counts the memory of the handshake, which has begun.</summary>
    internal void CountHandshake(int bytes) => Lower.Tell(new MemoryHeld(bytes, IsFixed: true), Self);

    /// <summary>Returns credit for an incomplete ClientHello of this length if the peer could not send the rest otherwise.</summary>
    internal void PayForHello(long length)
    {
        if (length >= Connection.Options.MaxUnread / 2)
        {
            PayCredit();
        }
    }

    /// <inheritdoc cref="OnPeerFinished"/>
    internal void TakePeerFinished() => OnPeerFinished();

    /// <inheritdoc cref="OnLowerClosed"/>
    internal void TakeClosed(Closed closed) => OnLowerClosed(closed);

    /// <summary>The time for the handshake is over.</summary>
    internal void TakeHandshakeTimeout() => _handshake?.OnTimeout(_handshakeTimeout);

    /// <summary>
    /// The dispatcher for handshakes has done a step, and its events are handed out: gives the engine what has waited meanwhile.
    /// </summary>
    internal void GiveWhatWaited()
    {
        PayCredit();
        if (_session.State == TlsSessionState.Open)
        {
            Encrypt();
            if (Core.Refuses)
            {
                AwaitRoom();
            }

            return;
        }

        _writes.GiveGathered()?.ForEach(write => _session.WritePlaintext(((Write)write.Write).Data));
        if (_closeBelowWhenOpen is { } end)
        {
            Finish(end);
        }
    }

    /// <summary>The handshake is over, whatever its end.</summary>
    internal void EndHandshake()
    {
        if (!IsOut)
        {
            _handshake?.Leave(_info);
            _handshake = null;
        }
    }

    /// <summary>Gives bytes to the engine, or past it.</summary>
    internal void Take(in ReadOnlySequence<byte> data)
    {
        if (_isRemoved)
        {
            PassOn(data);
        }
        else if (!_discards || !_session.PeerClosed)
        {
            // What follows the peer's close_notify is kept, because the owner may still remove TLS.
            _session.ReceiveCiphertext(data);
            RemoveWhenClosed();
        }

        PayCredit();
    }

    protected override void OnPeerFinished()
    {
        if (_handshake?.KeepsEnd() == true)
        {
            return;
        }

        if (_isRemoved)
        {
            base.OnPeerFinished();
        }
        // After a Close from above no more bytes of the peer are wanted, so nothing can be truncated.
        else if (!_discards || State != TlsSessionState.Open)
        {
            _session.ReceiveEnd();
        }
    }

    protected override void OnLowerClosed(Closed closed)
    {
        if (_handshake?.Keeps(closed) == true)
        {
            return;
        }

        if (!Ended)
        {
            base.OnLowerClosed(closed);
        }

        EndHandshake();
    }

    private protected override bool HasReadAll => !IsOut && _session.HasReadAll;

    private protected override void OnGivenBack(in ReadOnlySequence<byte> received)
    {
        // What was received may have been written.
        Encrypt();

        // A layer that runs on another dispatcher must not use the loop's memory.
        if (!_writes.HasGiven && !IsOut && Connection.Loop.IsCurrent)
        {
            _session.PlaintextMemory = Connection.Loop.ReceiveMemory;
            _session.PlaintextMemory.Release(received.First);
        }
    }

    // The peer recognizes a failure by an alert, or by the missing close_notify.
    private protected override bool TellsPeerOfFailures => !_stops;

    internal override long? CostOfKept => _stops ? null : _writes.Cost;

    private protected override IReadOnlyList<PendingWrite> AbandonKept() => _writes.Abandon();

    protected override void OnWrite(Write write, IActorRef sender)
    {
        if (_stops)
        {
            base.OnWrite(write, sender);
            return;
        }

        PendingWrite accepted = new(write, sender);
        _writes.Accept(WriteCost.Of(write, Core.Limit));
        if (!IsOut && _session.State != TlsSessionState.Open)
        {
            _writes.Give(accepted);
            _session.WritePlaintext(write.Data);
            return;
        }

        _writes.Gather(accepted);
        if (IsOut)
        {
            // Until the step returns.
        }
        else if (write.Data.Length >= LongWrite || !HasMessages)
        {
            Encrypt();
        }
        else if (!_asksToEncrypt)
        {
            // This message comes behind those that wait now, so nothing waits for longer than the layer has work.
            _asksToEncrypt = true;
            Self.Tell(Due.Encryption, Self);
        }
    }

    private protected override void PassOnGathered() => Encrypt();

    private void Encrypt()
    {
        if (!IsOut && _writes.GiveGathered() is { } gathered)
        {
            _session.WritePlaintext(PendingWrite.DataOf(gathered));
            CarryEmptyWrites();
        }
    }

    protected override void OnCommand(ITransportCommand command)
    {
        switch (command)
        {
            case Consumed consumed:
                _credit.Consumed(consumed.Bytes);
                PayCredit();
                break;
            case StopTls:
                Stop();
                break;
            case Close or CloseWrite when _stops:
                Discard(command);
                Lower.Tell(command, Self);
                break;
            case Close or CloseWrite when State is TlsSessionState.Created or TlsSessionState.Handshaking:
                // Earlier writes wait for the handshake, and so does the end.
                _closeBelowWhenOpen = _closeBelowWhenOpen is Close ? _closeBelowWhenOpen : command;
                Finish(command);
                break;
            case Close or CloseWrite:
                Finish(command);

                // A Close with ThenReset becomes a plain Close. A FIN without close_notify already tells the peer that data is
                // missing, and it does not destroy data in transit as a reset would.
                Lower.Tell(command is Close ? Close.Instance : command, Self);
                break;
            default:
                Lower.Tell(command, Self);
                break;
        }
    }

    protected override void OnMessage(object message)
    {
        switch (message)
        {
            case TlsTurn:
                _handshake?.TakeTurn();
                break;
            case TlsStep step:
                _handshake?.TakeBack(step);
                break;
            case TlsHandshakeShedException reason:
                FailWith(reason);
                break;
            case Due.Encryption:
                _asksToEncrypt = false;
                Encrypt();
                break;
            case Due.HandshakeTimeout:
                TakeHandshakeTimeout();
                break;
            case Due.StopTimeout:
                FailWith(new TlsStopTimeoutException(Connection.Options.LingerTimeout));
                break;
            default:
                base.OnMessage(message);
                break;
        }
    }

    internal override void OnTaken(LayerWrite write)
    {
        if (write is TlsCiphertext taken)
        {
            _writes.Taken(taken);
            EndRefusal();
        }
    }

    void ITlsSink.OnCiphertext(ReadOnlySequence<byte> data)
    {
        if (!_writes.HasGiven || _session.QueuedPlaintext > 0)
        {
            Lower.Tell(new OwnBytes(this, data), Self);
        }
        else
        {
            Carry(data);
        }
    }

    private void Carry(in ReadOnlySequence<byte> data) => Lower.Tell(_writes.Carry(this, Lower, data), Self);

    void ITlsSink.OnPlaintext(ReadOnlySequence<byte> data) => PassOn(data);

    private void PassOn(in ReadOnlySequence<byte> data)
    {
        _hasReceived = true;
        if (!_discards)
        {
            _credit.PassedOn(data.Length);
            TellOwner(new Received(data));
        }
    }

    void ITlsSink.OnHandshakeCompleted(TlsInfo info)
    {
        _handshakeTimer?.Stop();
        _handshakeTimer = null;
        _info = info;
        Lower.Tell(new MemoryHeld(MemoryOfSession - LayerHandshake.Memory, IsFixed: true), Self);
        Established();
        TellOwner(new Secured(info));
        CarryEmptyWrites();
        if (Core.Refuses)
        {
            AwaitRoom();
        }

        if (_closeBelowWhenOpen is { } command)
        {
            // This is a separate message, so that OnCommand passes the end down after all ciphertext of this call, close_notify
            // included.
            _closeBelowWhenOpen = null;
            Self.Tell(command, Self);
        }
    }

    void ITlsSink.OnPeerClosed()
    {
        // If TLS is being removed, only TLS has ended.
        if (!_discards && !_stops)
        {
            TellOwner(PeerFinished.Instance);
        }
    }

    void ITlsSink.OnFailed(ReactorException reason)
    {
        if (reason is TlsAlertException { Sent: false } alert)
        {
            alert.BeforeData = !_hasReceived;
        }

        FailWith(reason);
    }

    /// <summary>Ends the connection with a failure of TLS.</summary>
    internal void FailWith(ReactorException reason)
    {
        Fail(TlsFailures.CloseReasonOf(reason), reason);
        EndHandshake();
    }

    private void Finish(ITransportCommand command)
    {
        Encrypt();
        Discard(command);
        if (!IsOut && command is not Close { ThenReset: true })
        {
            _session.CloseNotify();
        }
    }

    private void Discard(ITransportCommand end)
    {
        if (end is Close)
        {
            _discards = true;
            if (!IsOut)
            {
                _ = _session.TakeUnread();
            }
        }
    }

    private void Stop()
    {
        if (State != TlsSessionState.Open)
        {
            throw new InvalidOperationException("StopTls was sent to a TLS layer whose handshake is not complete.");
        }

        if (Writes.MustWait)
        {
            throw new InvalidOperationException(
                "StopTls was sent while a file or a producer is being sent; send it after the acknowledgement."
            );
        }

        if (_stops)
        {
            return;
        }

        Encrypt();
        _stops = true;
        _session.CloseNotify();
        RemoveWhenClosed();
        if (!_isRemoved && !Ended && Connection.Options.LingerTimeout > TimeSpan.Zero)
        {
            _stopTimer = CreateTimer(Due.StopTimeout);
            _stopTimer.Start(Connection.Options.LingerTimeout);
        }
    }

    private void RemoveWhenClosed()
    {
        if (!_stops || !_session.PeerClosed || _session.State != TlsSessionState.Open)
        {
            return;
        }

        _isRemoved = true;
        _stopTimer?.Stop();
        ReadOnlySequence<byte> unread = _session.TakeUnread();
        _session.Dispose();
        Lower.Tell(new MemoryHeld(-MemoryOfSession, IsFixed: true), Self);
        TellOwner(new TlsStopped { Below = Connection.Tls });
        if (!unread.IsEmpty)
        {
            PassOn(unread);
        }
    }

    // An empty write produces no ciphertext that could carry its acknowledgement.
    private void CarryEmptyWrites()
    {
        if (_writes.HasGiven && _session.State == TlsSessionState.Open && _session.QueuedPlaintext == 0)
        {
            Carry(ReadOnlySequence<byte>.Empty);
        }
    }

    // Nothing leaves before the handshake is complete, so there is nothing to wait for yet.
    internal override void AwaitRoom()
    {
        if (State != TlsSessionState.Open)
        {
            return;
        }

        Encrypt();
        if (_writes.HasUnreported)
        {
            // No acknowledgement was requested for the last bytes, so nothing would report when they are gone. This requests
            // one.
            Carry(ReadOnlySequence<byte>.Empty);
        }
        else if (!_writes.AwaitsReport)
        {
            EndRefusal();
        }
    }

    private void EndRefusal()
    {
        if (Core.Refuses && HasConnection && (_writes.Cost <= Connection.Options.LowWater || !_writes.AwaitsReport))
        {
            Writes.AcceptAgain();
        }
    }

    private void PayCredit()
    {
        if (!IsOut && _credit.Pay(Connection.Options.MaxUnread, _session.Unread) is > 0 and var bytes)
        {
            Lower.Tell(new Consumed(bytes), Self);
        }
    }

    // What this layer tells itself, at once or by a timer.
    private enum Due
    {
        Encryption,
        HandshakeTimeout,
        StopTimeout,
    }
}
