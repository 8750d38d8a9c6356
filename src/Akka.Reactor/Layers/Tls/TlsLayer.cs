using System;
using System.Buffers;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Buffers;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// TLS as a layer: a thin actor around a <see cref="TlsSession"/>, with plaintext above and ciphertext below. The handshake has
/// a total deadline. An acknowledgement of a write means that the kernel has the write's ciphertext.
/// </summary>
internal sealed class TlsLayer : LayerActor, ITlsSink
{
    // If no write from above asks for an acknowledgement, the layer requests one below each time this much cost has been sent,
    // to know how much is still queued.
    private const int ReportEvery = 32 * 1024;

    // A write of at least this length is encrypted at once: it fills a good part of a record.
    private const int LongWrite = 4096;

    // The memory of a connection's TLS, mostly that of the system's library: while the handshake lasts, and after it. Measured with
    // 5,000 connections (docs/performance.md).
    private const int MemoryOfHandshake = 52 * 1024;
    private const int MemoryOfSession = 30 * 1024;

    private readonly TlsSession _session;
    private readonly TimeSpan _handshakeTimeout;
    private ConnectionTimer? _handshakeTimer;
    private TlsInfo? _info;
    private bool _hasReceived;

    // The list holds the writes whose ciphertext has not been handed down yet: all writes until the handshake is complete. It
    // is null if there are none, so that an idle layer owns no list.
    private List<PendingWrite>? _accepted;

    // The accepted writes that are not encrypted yet, because more messages wait in the mailbox: what is written together becomes as
    // few records as possible. Null if there are none.
    private List<PendingWrite>? _gathered;
    private bool _asksToEncrypt;
    private long _unreported;
    private long _pending;
    private int _reportsAwaited;

    // What has arrived of the handshake and waits for its turn: a handshake costs as much as a hundred echoes. Null if nothing waits.
    private InboundBuffer? _waiting;
    private bool _endWaits;

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

    protected override void OnLowerConnected()
    {
        _handshakeTimer = CreateTimer(Due.HandshakeTimeout);
        _handshakeTimer.Start(_handshakeTimeout);
        Lower.Tell(new MemoryHeld(MemoryOfHandshake, IsFixed: true), Self);
        _session.Start();
    }

    protected override void PostStop()
    {
        _handshakeTimer?.Stop();
        _stopTimer?.Stop();
        _session.Dispose();
    }

    protected override bool AcceptsEarly(ReadOnlySequence<byte> data) => data.FirstSpan[0] == TlsRecordReader.Handshake;

    protected override void OnReceived(ReadOnlySequence<byte> data)
    {
        _credit.Received(data.Length);
        if (_session.State == TlsSessionState.Handshaking && Connection.Loop.IsCurrent)
        {
            WaitForTurn(data);
        }
        else
        {
            Take(data);
        }
    }

    private void WaitForTurn(in ReadOnlySequence<byte> data)
    {
        if (_waiting is null)
        {
            _waiting = new InboundBuffer();
            IActorRef self = Self;
            Connection.Loop.RunLast(new ActionRun(() => self.Tell(Due.Turn)));
        }

        _waiting.Append(data);
    }

    private void TakeTurn()
    {
        if (_waiting is not { } waiting)
        {
            return;
        }

        _waiting = null;
        if (!Ended)
        {
            Take(waiting.Sequence);
        }

        if (_endWaits && !Ended)
        {
            OnPeerFinished();
        }
    }

    private void Take(in ReadOnlySequence<byte> data)
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
        if (_waiting is not null)
        {
            _endWaits = true;
        }
        else if (_isRemoved)
        {
            base.OnPeerFinished();
        }
        // After a Close from above no more bytes of the peer are wanted, so nothing can be truncated.
        else if (!_discards || _session.State != TlsSessionState.Open)
        {
            _session.ReceiveEnd();
        }
    }

    protected override void OnLowerClosed(Closed closed)
    {
        // What came before the end may say why, in an alert.
        TakeTurn();
        if (!Ended)
        {
            base.OnLowerClosed(closed);
        }
    }

    private protected override bool HasReadAll => _session.HasReadAll;

    private protected override void OnGivenBack(in ReadOnlySequence<byte> received)
    {
        // What was received may have been written.
        Encrypt();

        // A layer that runs on another dispatcher must not use the loop's memory.
        if (_accepted is null && Connection.Loop.IsCurrent)
        {
            _session.PlaintextMemory = Connection.Loop.ReceiveMemory;
            _session.PlaintextMemory.Release(received.First);
        }
    }

    // The peer recognizes a failure by an alert, or by the missing close_notify.
    private protected override bool TellsPeerOfFailures => !_stops;

    internal override long? CostOfKept => _stops ? null : _pending;

    private protected override IReadOnlyList<PendingWrite> AbandonKept()
    {
        List<PendingWrite> kept = [.. _accepted ?? [], .. _gathered ?? []];
        _accepted = null;
        _gathered = null;
        return kept;
    }

    protected override void OnWrite(Write write, IActorRef sender)
    {
        if (_stops)
        {
            base.OnWrite(write, sender);
            return;
        }

        PendingWrite accepted = new(write, sender);
        _pending += WriteCost.Of(write, Core.Limit);
        if (_session.State != TlsSessionState.Open)
        {
            (_accepted ??= []).Add(accepted);
            _session.WritePlaintext(write.Data);
            return;
        }

        (_gathered ??= []).Add(accepted);
        if (write.Data.Length >= LongWrite || !HasMessages)
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
        if (_gathered is not { } gathered)
        {
            return;
        }

        _accepted = gathered;
        _gathered = null;
        _session.WritePlaintext(PendingWrite.DataOf(gathered));
        CarryEmptyWrites();
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
            case Close or CloseWrite when _session.State is TlsSessionState.Created or TlsSessionState.Handshaking:
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
            case Due.Turn:
                TakeTurn();
                break;
            case Due.Encryption:
                _asksToEncrypt = false;
                Encrypt();
                break;
            case Due.HandshakeTimeout when _session.State == TlsSessionState.Handshaking:
                // The peer is not to blame for the time that its bytes have waited here.
                TakeTurn();
                if (_session.State != TlsSessionState.Handshaking)
                {
                    break;
                }

                FailWith(new TlsHandshakeTimeoutException(_handshakeTimeout));
                break;
            case Due.HandshakeTimeout:
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
            _reportsAwaited--;
            _pending -= taken.Cost;
            EndRefusal();
        }
    }

    void ITlsSink.OnCiphertext(ReadOnlySequence<byte> data)
    {
        if (_accepted is null || _session.QueuedPlaintext > 0)
        {
            Lower.Tell(new OwnBytes(this, data), Self);
        }
        else
        {
            Carry(data);
        }
    }

    private void Carry(in ReadOnlySequence<byte> data)
    {
        List<PendingWrite> writes = _accepted ?? [];
        _accepted = null;
        bool asked = Core.Refuses;
        bool delivered = false;
        foreach (PendingWrite accepted in writes)
        {
            // The engine does not use the bytes of this write any more.
            accepted.Release();
            asked |= (accepted.Write.Ack ?? accepted.Write.DeliveredAck) is not null;
            delivered |= accepted.Write.DeliveredAck is not null;
            _unreported += WriteCost.Of(accepted.Write, Core.Limit);
        }

        bool report = asked || _unreported >= ReportEvery;
        TlsCiphertext carried = new(this, Lower, data, writes, report ? _unreported : null, delivered);
        if (report)
        {
            _unreported = 0;
            _reportsAwaited++;
        }

        Lower.Tell(carried, Self);
    }

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
        Lower.Tell(new MemoryHeld(MemoryOfSession - MemoryOfHandshake, IsFixed: true), Self);
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

    private void FailWith(ReactorException reason) => Fail(TlsFailures.CloseReasonOf(reason), reason);

    private void Finish(ITransportCommand command)
    {
        Encrypt();
        Discard(command);
        if (command is not Close { ThenReset: true })
        {
            _session.CloseNotify();
        }
    }

    private void Discard(ITransportCommand end)
    {
        if (end is Close)
        {
            _discards = true;
            _ = _session.TakeUnread();
        }
    }

    private void Stop()
    {
        if (_session.State != TlsSessionState.Open)
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
        if (_accepted is not null && _session.State == TlsSessionState.Open && _session.QueuedPlaintext == 0)
        {
            Carry(ReadOnlySequence<byte>.Empty);
        }
    }

    // Nothing leaves before the handshake is complete, so there is nothing to wait for yet.
    internal override void AwaitRoom()
    {
        if (_session.State != TlsSessionState.Open)
        {
            return;
        }

        Encrypt();
        if (_unreported > 0)
        {
            // No acknowledgement was requested for the last bytes, so nothing would report when they are gone. This requests
            // one.
            Carry(ReadOnlySequence<byte>.Empty);
        }
        else if (_reportsAwaited == 0)
        {
            EndRefusal();
        }
    }

    private void EndRefusal()
    {
        if (Core.Refuses && HasConnection && (_pending <= Connection.Options.LowWater || _reportsAwaited == 0))
        {
            Writes.AcceptAgain();
        }
    }

    private void PayCredit()
    {
        if (_credit.Pay(Connection.Options.MaxUnread, _session.Unread) is > 0 and var bytes)
        {
            Lower.Tell(new Consumed(bytes), Self);
        }
    }

    // What this layer tells itself, at once or by a timer.
    private enum Due
    {
        Turn,
        Encryption,
        HandshakeTimeout,
        StopTimeout,
    }
}
