using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// TLS as a layer: a thin actor around a <see cref="TlsSession"/>. Plaintext above, ciphertext below, a total deadline on
/// the handshake, and answers to writes that mean the kernel has their ciphertext.
/// </summary>
internal sealed class TlsLayer : LayerActor, ITlsSink
{
    // Where nobody above asks for acknowledgements, one is asked for below so often, to know how much is still queued.
    private const int ReportEvery = 32 * 1024;

    // A record of TLS 1.2 with all that it may be extended by (RFC 5246, section 6.2.3), and its header.
    private const int LongestRecord = 5 + (16 * 1024) + 2048;

    private readonly TlsSession _session;
    private readonly TimeSpan _handshakeTimeout;
    private ConnectionTimer? _handshakeTimer;
    private TlsInfo? _info;
    private bool _hasReceived;

    // Writes whose ciphertext has not been handed down yet: all of them until the handshake is complete. Null while there are
    // none: an idle layer owns no list.
    private List<Accepted>? _accepted;
    private long _unreported;
    private long _pending;
    private int _reportsAwaited;

    // CloseWrite or Close: nothing more is written. Close: nothing more is wanted of the peer either.
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

    // The owner is told of the connection only when this layer's own TLS is on.
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
        // Once we have closed ourselves nothing more is wanted of the peer, so nothing can be cut off.
        if (!_discards || _session.State != TlsSessionState.Open)
        {
            _session.ReceiveEnd();
        }
    }

    protected override void OnLowerClosed(Closed closed)
    {
        base.OnLowerClosed(closed.Undelivered.Count > 0 ? closed with { Undelivered = InOurWords(closed) } : closed);
    }

    // The writes of those above in the place of the records that carried them.
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
        // A layer that was deployed elsewhere has no part in the loop's memory.
        if (_accepted is null && Connection.Loop.IsCurrent)
        {
            _session.PlaintextMemory = Connection.Loop.ReceiveMemory;
            _session.PlaintextMemory.Release(received.First);
        }
    }

    // By an alert, or by the close_notify that it does not get.
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

        // A layer above has made it part of its stream, or it is a piece of a source: either is bounded there.
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
                // What was written before waits for the handshake, and so does the end.
                _closeBelowWhenOpen = _closeBelowWhenOpen is Close ? _closeBelowWhenOpen : command;
                Finish(command);
                break;
            case Close or CloseWrite:
                Finish(command);

                // Without close_notify a FIN says already that there should be more, and destroys nothing that a reset would.
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
                // Records of our own: the handshake, an alert.
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
            // The engine is through with its bytes.
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
            // Another layer may send anything else in its place.
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
            // In a message of its own: the engine has close_notify still to hand out.
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

    // A write of nothing makes no ciphertext that could carry its acknowledgement.
    private void CarryEmptyWrites()
    {
        if (_accepted is not null && _session.State == TlsSessionState.Open && _session.QueuedPlaintext == 0)
        {
            Carry(ReadOnlySequence<byte>.Empty);
        }
    }

    // Until the handshake is complete nothing leaves, so there is nothing to wait for yet.
    private protected override void AwaitRoom()
    {
        if (_session.State != TlsSessionState.Open)
        {
            return;
        }

        if (_unreported > 0)
        {
            // Nobody asked for an acknowledgement of the last bytes, so nobody would say when they are gone.
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

    // Ciphertext is consumed below only as fast as plaintext is above: a protocol that reads nothing holds the peer back
    // through TLS as it does without. What is not consumed above stays owed below, but for a record: one that does not fit
    // whole could never be read.
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

    /// <summary>The writes that one piece of ciphertext completes, and the cost that it reports as gone.</summary>
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

    /// <summary>The writes to be told of when the peer's TCP has the record that completes them.</summary>
    private sealed record DeliveredReport(List<Accepted> Writes) : INoSerializationVerificationNeeded;

    private sealed record HandshakeExpired : INoSerializationVerificationNeeded
    {
        internal static readonly HandshakeExpired Instance = new();
    }
}
