using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Buffers;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Transports;

// The outbound half: what is accepted, how it leaves, and who is told.
internal sealed partial class Channel
{
    // What one flush sends at most: a peer that takes everything at once leaves time for the others.
    private const int MaxFlush = 256 * 1024;

    private readonly Outbox _outbox;
    private DeliveryLog? _undelivered;
    private bool _blocked;
    private bool _sending;
    private int _offered;
    private bool _flushQueued;

    // What a send has met, until the connection ends with it.
    private SocketFault _sendFault;
    private int _sendErrno;

    /// <summary>Sends what waits, until all is taken or the kernel's buffer is full.</summary>
    public void Flush()
    {
        try
        {
            SendQueued();
        }
        catch (Exception fault)
        {
            OnFault(fault);
        }
    }

    private void Accept(IWriteCommand write, IActorRef? sender)
    {
        // Of a write without a sender the owner hears, and that is who owns the channel now: the next one knows nothing of it.
        sender = sender is null || sender.IsNobody() ? _owner : sender;
        if (!_close.AcceptsWrites || _deadOf != SocketFault.None)
        {
            ILease.Release(write);
            CloseReason reason = _close.Ended || _deadOf == SocketFault.None ? _endReason : CloseReason.Reset;
            Answer(sender, new WriteFailed(write, new TransportClosedException(reason, _endException)));
            return;
        }

        // What a layer has made part of its stream cannot be left out: the layer has refused already what it can.
        if (write is { DeliveredAck: not null } and not Write { Carries: not null } && !Connected.TellsDelivery)
        {
            _outbox.CloseGate();
            Answer(sender, new WriteFailed(write, new DeliveryNotSupportedException()));
            QueueFlush();
            return;
        }

        if (_outbox.Accept(write, sender) is { } refusal)
        {
            Answer(sender, new WriteFailed(write, refusal));
        }

        QueueFlush();
        if (_outbox.IsPressed)
        {
            UpdateInterest();
        }
    }

    private void QueueFlush()
    {
        if (!_flushQueued && !_blocked && !_sending)
        {
            _flushQueued = true;
            Selector.Loop.FlushLater(this);
        }
    }

    private void SendQueued()
    {
        _flushQueued = false;
        if (_close.Ended || _blocked || _sending || _deadOf != SocketFault.None)
        {
            return;
        }

        if (_sendFault != SocketFault.None)
        {
            Fail(_sendFault, _sendErrno);
            return;
        }

        if (Registration is null)
        {
            // Between two engines: the next one will say that the socket is writable.
            _blocked = true;
        }

        bool moved = false;
        int left = MaxFlush;
        while (!_blocked)
        {
            ReadOnlySpan<byte> bytes = _outbox.Peek(Selector.Scratch);
            FileRange file = bytes.IsEmpty ? _outbox.File : default;
            if (bytes.IsEmpty && file.Count == 0)
            {
                break;
            }

            if (left <= 0)
            {
                // The rest has its turn after the others'.
                QueueFlush();
                break;
            }

            bytes = bytes[..Math.Min(bytes.Length, left)];
            file = file with { Count = Math.Min(file.Count, left) };
            IoResult result = bytes.IsEmpty
                ? Selector.Engine!.SendFile(Registration!, file)
                : Selector.Engine!.Send(Registration!, bytes);
            if (result.IsPending)
            {
                // The engine knows later, and says so; the bytes stay in the queue until then.
                _sending = true;
                _offered = _offered == 0 ? bytes.Length : _offered;
                if (moved)
                {
                    AfterFlush(moved);
                }

                return;
            }

            if (!result.Succeeded && !result.WouldBlock)
            {
                SendFailed(result);
                return;
            }

            if (file.Count > 0)
            {
                _blocked = result.WouldBlock;
                if (result is { Count: 0, Succeeded: true })
                {
                    SourceFailed(FileSource.Shrank(file));
                    if (_close.Ended)
                    {
                        return;
                    }
                }
                else
                {
                    _outbox.AdvanceFile(result.Count);
                }
            }
            else
            {
                // An answer that came later is about what was offered first, not about what was written since.
                _blocked = result.Count < (_offered > 0 ? _offered : bytes.Length);
                _offered = 0;
                _outbox.Advance(result.Count);
            }

            if (result.Count > 0)
            {
                moved = true;
                left -= result.Count;
                Touch();
                Acknowledge();
                if (_outbox.IsEmpty)
                {
                    // Most flushes: everything in one send.
                    AfterFlush(moved);
                    return;
                }
            }
        }

        Acknowledge();
        AfterFlush(moved);
    }

    // Before it resets, a peer may have said why: the owner is offered that, and what it writes then has its answer, too, before
    // it is told of the end. The kernel tells a fault once, so what looks like a FIN here is none.
    private void SendFailed(in IoResult sent)
    {
        long before = _received;
        while (WantsToRead && ReceiveSome().Count > 0) { }
        if (_received == before)
        {
            if (!ReadsToEndBefore(sent.Fault, sent.Errno))
            {
                Fail(sent.Fault, sent.Errno);
            }

            return;
        }

        (_sendFault, _sendErrno) = (sent.Fault, sent.Errno);
        UpdateInterest();
        Selector.Loop.Execute(new ActionRun(QueueFlush));
    }

    private void Acknowledge()
    {
        while (_outbox.TryTakeCompleted(out PendingWrite completed))
        {
            if (completed.Write.Ack is { } ack)
            {
                Answer(completed.Sender, ack);
            }

            ILease.Release(completed.Write);
            if (completed.Write.DeliveredAck is not null && !Connected.TellsDelivery)
            {
                // Of a layer that was told so too late to refuse it.
                Answer(completed.Sender, new DeliveryUnknown(completed.Write));
            }
            else if (completed.Write.DeliveredAck is not null)
            {
                (_undelivered ??= new DeliveryLog()).Add(_outbox.Completed, completed);
                ArmDelivery();
            }
        }
    }

    private void AfterFlush(bool moved)
    {
        ArmStall(moved);
        if (_outbox.Relax(Ref.OwnerPaces) is { } writable)
        {
            Tell(writable);
        }

        if (_outbox.TakeDrained())
        {
            Tell(WriteQueueEmpty.Instance);
        }

        if (_outbox.IsEmpty)
        {
            if (!_awaitsSending.IsEmpty)
            {
                GiveBackWhatWasSent();
            }

            Perform(_close.Drained());
        }

        UpdateInterest();
    }

    SourcePump ISourceOpener.Open(IWriteCommand write) =>
        new(
            write is WriteFile file
                ? new FileSource(
                    file.Path,
                    file.Offset,
                    file.Count,
                    (Selector.Sockets.Features & SocketFeatures.SendFile) != 0
                )
                : ((WriteFrom)write).Source,
            Selector.Loop.Offload,
            read => Selector.Loop.Execute(new ActionRun(() => Arrived(read)))
        );

    private void Arrived(PieceRead read)
    {
        try
        {
            if (_close.Ended)
            {
                return;
            }

            if (read.Fault is null)
            {
                if (_outbox.Arrived(read))
                {
                    QueueFlush();
                }
            }
            else if (_outbox.IsCurrent(read.Pump))
            {
                SourceFailed(read.Fault);
                QueueFlush();
            }
        }
        catch (Exception fault)
        {
            OnFault(fault);
        }
    }

    // The stream has a hole where the rest of the source belongs. While the owner may still write it can mend that;
    // otherwise only a reset keeps the peer from taking what it got for the whole.
    private void SourceFailed(Exception cause)
    {
        if (!_close.AcceptsWrites || !_outbox.CanRefuseTheRest)
        {
            End(CloseReason.Failed, _outbox.FailureOfSource(cause), reset: true);
            return;
        }

        _awaitsSending = default;
        foreach ((PendingWrite pending, ReactorException reason) in _outbox.FailSource(cause))
        {
            Answer(pending.Sender, new WriteFailed(pending.Write, reason));
        }
    }

    private void ReportDelivered()
    {
        if (_undelivered is not { IsEmpty: false } undelivered)
        {
            return;
        }

        int unacknowledged = Selector.Sockets.Unacknowledged(Descriptor);

        // Our FIN has a place in the sequence of bytes, too.
        int fin = _close.FinSent && unacknowledged > 0 ? 1 : 0;
        long acknowledged = unacknowledged < 0 ? 0 : _outbox.Taken - (unacknowledged - fin);
        while (undelivered.TryTake(acknowledged, out PendingWrite delivered))
        {
            Answer(delivered.Sender, delivered.Write.DeliveredAck!);
        }
    }

    // It is over: every write that has no answer yet gets its last. Returns those not known to be delivered.
    private IReadOnlyList<IWriteCommand> AnswerTheRest()
    {
        List<IWriteCommand>? unknown = null;
        while (_undelivered is not null && _undelivered.TryTake(long.MaxValue, out PendingWrite taken))
        {
            (unknown ??= []).Add(taken.Write);
            Answer(taken.Sender, new DeliveryUnknown(taken.Write));
        }

        while (_outbox.TryAbandon(out PendingWrite pending))
        {
            (unknown ??= []).Add(pending.Write);
            ILease.Release(pending.Write);
            Answer(
                pending.Sender,
                new WriteFailed(pending.Write, new TransportClosedException(_endReason, _endException))
            );
        }

        return unknown ?? (IReadOnlyList<IWriteCommand>)[];
    }
}
