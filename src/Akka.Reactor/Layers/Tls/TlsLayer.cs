using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
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

    // A record of TLS 1.2 has at most this length: the header, the plaintext and the largest expansion (RFC 5246, section
    // 6.2.3).
    private const int LongestRecord = 5 + (16 * 1024) + 2048;

    private readonly TlsSession _session;
    private readonly TimeSpan _handshakeTimeout;
    private ConnectionTimer? _handshakeTimer;
    private TlsInfo? _info;
    private bool _hasReceived;

    // The list holds the writes whose ciphertext has not been handed down yet: all writes until the handshake is complete. It
    // is null if there are none, so that an idle layer owns no list.
    private List<Accepted>? _accepted;
    private long _unreported;
    private long _pending;
    private int _reportsAwaited;

    // After CloseWrite or Close nothing more is written (_finished). After Close the peer's bytes are not wanted either
    // (_discards).
    private bool _finished;
    private bool _discards;
    private ITransportCommand? _closeBelowWhenOpen;
    private long _unconsumedAbove;
    private long _owedBelow;

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
    protected override TlsInfo? TlsAbove => _info;

    protected override void OnLowerConnected()
    {
        _handshakeTimer = CreateTimer(HandshakeExpired.Instance);
        _handshakeTimer.Start(_handshakeTimeout);
        _session.Start();
    }

    protected override void PostStop()
    {
        _handshakeTimer?.Stop();
        _session.Dispose();
    }

    protected override bool AcceptsEarly(ReadOnlySequence<byte> data) => data.FirstSpan[0] == TlsRecordReader.Handshake;

    protected override void OnReceived(ReadOnlySequence<byte> data)
    {
        _owedBelow += data.Length;
        if (!_session.PeerClosed)
        {
            _session.ReceiveCiphertext(data);
        }

        PayCredit();
    }

    protected override void OnPeerFinished()
    {
        // After a Close from above no more bytes of the peer are wanted, so nothing can be truncated.
        if (!_discards || _session.State != TlsSessionState.Open)
        {
            _session.ReceiveEnd();
        }
    }

    protected override void OnLowerClosed(Closed closed)
    {
        base.OnLowerClosed(closed.Undelivered.Count > 0 ? closed with { Undelivered = InOurWords(closed) } : closed);
    }

    // Returns the writes from above in place of the records that carried them.
    private List<IWriteCommand> InOurWords(Closed closed) =>
        [
            .. closed
                .Undelivered.OfType<Write>()
                .Select(lower => lower.Carries)
                .OfType<Report>()
                .SelectMany(report => report.Writes)
                .Select(accepted => accepted.Write),
        ];

    private protected override bool HasReadAll => _session.HasReadAll;

    private protected override void OnGivenBack(in ReadOnlySequence<byte> received)
    {
        // A layer that runs on another dispatcher must not use the loop's memory.
        if (_accepted is null && Connection.Loop.IsCurrent)
        {
            _session.PlaintextMemory = Connection.Loop.ReceiveMemory;
            _session.PlaintextMemory.Release(received.First);
        }
    }

    // The peer recognizes a failure by an alert, or by the missing close_notify.
    private protected override bool TellsPeerOfFailures => true;

    private protected override IReadOnlyList<PendingWrite> AbandonWrites()
    {
        IReadOnlyList<PendingWrite> behind = base.AbandonWrites();
        if (_accepted is null)
        {
            return behind;
        }

        List<PendingWrite> all =
        [
            .. _accepted.Select(accepted => new PendingWrite(accepted.Write, accepted.Sender)),
            .. behind,
        ];
        _accepted = null;
        return all;
    }

    protected override void OnWrite(Write write, IActorRef sender)
    {
        if (_finished || Ended || _session.State is TlsSessionState.Failed or TlsSessionState.Disposed)
        {
            ILease.Release(write);
            Answer(sender, new WriteFailed(write, new TransportClosedException(CloseReason.Requested)));
            return;
        }

        // True if a layer above has made the write part of its own stream, or if the write is a piece of a source. Both are
        // bounded there.
        bool committed = write.Carries is not null;
        if (!committed && TryRefuse(write, sender, _pending))
        {
            return;
        }

        _pending += WriteCost.Of(write, Limit);
        (_accepted ??= []).Add(new Accepted(write, sender));
        _session.WritePlaintext(write.Data);
        CarryEmptyWrites();
    }

    protected override void OnCommand(ITransportCommand command)
    {
        switch (command)
        {
            case Consumed consumed:
                _unconsumedAbove = Math.Max(0, _unconsumedAbove - consumed.Bytes);
                PayCredit();
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
            case Report report:
                _reportsAwaited--;
                _pending -= report.Cost;
                foreach (Accepted accepted in report.Writes)
                {
                    if (accepted.Write.Ack is { } ack)
                    {
                        Answer(accepted.Sender, ack);
                    }
                }

                EndRefusal();
                break;
            case WriteFailed { Write: Write { Carries: Report report } } failure:
                foreach (Accepted accepted in report.Writes)
                {
                    Answer(accepted.Sender, new WriteFailed(accepted.Write, failure.Cause));
                }

                break;
            case DeliveredReport delivered:
                foreach (Accepted accepted in delivered.Writes)
                {
                    Answer(accepted.Sender, accepted.Write.DeliveredAck!);
                }

                break;
            case DeliveryUnknown { Write: Write { DeliveredAck: DeliveredReport unknown } }:
                foreach (Accepted accepted in unknown.Writes)
                {
                    Answer(accepted.Sender, new DeliveryUnknown(accepted.Write));
                }

                break;
            case WriteFailed:
                // The write carried a record of this layer's own, such as the handshake or an alert.
                break;
            case HandshakeExpired when _session.State == TlsSessionState.Handshaking:
                FailWith(new TlsHandshakeTimeoutException(_handshakeTimeout));
                break;
            case HandshakeExpired:
                break;
            default:
                base.OnMessage(message);
                break;
        }
    }

    void ITlsSink.OnCiphertext(ReadOnlySequence<byte> data)
    {
        if (_accepted is null || _session.QueuedPlaintext > 0)
        {
            Lower.Tell(new Write(data) { Carries = Report.None }, Self);
        }
        else
        {
            Carry(data);
        }
    }

    private void Carry(in ReadOnlySequence<byte> data)
    {
        List<Accepted> writes = _accepted ?? [];
        _accepted = null;
        bool asked = Refusing;
        List<Accepted>? delivered = null;
        long cost = 0;
        foreach (Accepted accepted in writes)
        {
            // The engine does not use the bytes of this write any more.
            ILease.Release(accepted.Write);
            asked |= accepted.Write.Ack is not null;
            cost += WriteCost.Of(accepted.Write, Limit);
            if (accepted.Write.DeliveredAck is not null)
            {
                (delivered ??= []).Add(accepted);
            }
        }

        _unreported += cost;
        bool report = asked || _unreported >= ReportEvery;
        Report carried = new(writes, report ? _unreported : 0);
        if (report)
        {
            _unreported = 0;
            _reportsAwaited++;
        }

        if (Lower is TransportRef)
        {
            // The ciphertext is lent only to a transport: another layer may send anything else in its place.
            carried.Lease(data);
        }

        Lower.Tell(
            new Write(data, report ? carried : null)
            {
                Carries = carried,
                DeliveredAck = delivered is null ? null : new DeliveredReport(delivered),
            },
            Self
        );
    }

    void ITlsSink.OnPlaintext(ReadOnlySequence<byte> data)
    {
        _hasReceived = true;
        if (!_discards)
        {
            _unconsumedAbove += data.Length;
            TellOwner(new Received(data));
        }
    }

    void ITlsSink.OnHandshakeCompleted(TlsInfo info)
    {
        _handshakeTimer?.Stop();
        _handshakeTimer = null;
        _info = info;
        Established();
        TellOwner(new Secured(info));
        CarryEmptyWrites();
        if (Refusing)
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
        if (!_discards)
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

    private void FailWith(ReactorException reason)
    {
        Fail(
            reason switch
            {
                TruncatedException => CloseReason.Truncated,
                TlsHandshakeTimeoutException => CloseReason.TimedOut,
                TlsHandshakeException { IsNotTls: true } or TlsProtocolException => CloseReason.ProtocolViolation,
                _ => CloseReason.Failed,
            },
            reason
        );
    }

    private void Finish(ITransportCommand command)
    {
        _finished = true;
        _discards |= command is Close;
        if (command is not Close { ThenReset: true })
        {
            _session.CloseNotify();
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
    private protected override void AwaitRoom()
    {
        if (_session.State != TlsSessionState.Open)
        {
            return;
        }

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
        if (Refusing && HasConnection && (_pending <= Connection.Options.LowWater || _reportsAwaited == 0))
        {
            AcceptAgain();
        }
    }

    // Ciphertext is consumed below only as fast as plaintext is consumed above: a protocol that reads nothing holds the peer
    // back through TLS as it does without TLS. Plaintext that is not consumed above stays owed below, except for the length of
    // one record: a record that does not fit completely could never be read.
    private void PayCredit()
    {
        int maxUnread = Connection.Options.MaxUnread;
        long pay = _owedBelow - Math.Max(0, _unconsumedAbove - LongestRecord);
        bool starves = maxUnread - _owedBelow < LongestRecord;
        if (_unconsumedAbove < maxUnread && (pay >= maxUnread / 4 || (pay > 0 && starves)))
        {
            Lower.Tell(new Consumed(pay), Self);
            _owedBelow -= pay;
        }
    }

    private readonly record struct Accepted(Write Write, IActorRef Sender);

    /// <summary>
    /// The writes that one piece of ciphertext completes, and the cost that is gone when the kernel has this ciphertext.
    /// </summary>
    private sealed class Report(List<Accepted> writes, long cost) : ILease, INoSerializationVerificationNeeded
    {
        internal static readonly Report None = new([], 0);
        private ReadOnlySequence<byte> _leased;

        internal List<Accepted> Writes => writes;

        internal long Cost => cost;

        internal void Lease(in ReadOnlySequence<byte> ciphertext) => _leased = ciphertext;

        void ILease.Release()
        {
            TlsOutput.Release(_leased);
            _leased = default;
        }
    }

    /// <summary>The writes to answer when the peer's TCP has the record that completes them.</summary>
    private sealed record DeliveredReport(List<Accepted> Writes) : INoSerializationVerificationNeeded;

    private sealed record HandshakeExpired : INoSerializationVerificationNeeded
    {
        internal static readonly HandshakeExpired Instance = new();
    }
}
