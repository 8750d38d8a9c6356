using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Buffers;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Transports;

// The outbound half: which writes are accepted, how they leave, and which actor gets the answers.
internal sealed partial class Channel
{
    // The most bytes that one flush sends. This leaves time for other connections when a peer takes everything immediately.
    private const int MaxFlush = 256 * 1024;

    private readonly Outbox _outbox;
    private DeliveryLog? _undelivered;
    private bool _blocked;
    private bool _sending;
    private int _offered;
    private bool _flushQueued;

    /// <summary>
    /// Sends queued bytes until all are taken, the kernel's buffer is full, or the limit of one flush is reached.
    /// </summary>
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
        // The owner gets the answer to a write without a sender. That is the present owner: the next one knows nothing of this
        // write.
        sender = sender is null || sender.IsNobody() ? _owner : sender;
        if (!_close.AcceptsWrites || _deadOf != SocketFault.None)
        {
            ILease.Release(write);
            CloseReason reason = _close.Ended || _deadOf == SocketFault.None ? _endReason : CloseReason.Reset;
            Answer(sender, new WriteFailed(write, new TransportClosedException(reason, _endException)));
            return;
        }

        // A write that a layer has made part of its stream cannot be left out. The layer has already refused the writes that it can
        // refuse.
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

        if (Registration is null)
        {
            // One engine is gone and the next one is not there yet. The next one will report that the socket is writable.
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
                // The rest is sent after the other connections had their turn.
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
                // The engine reports the result later. The bytes stay in the queue until then.
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
                // A result that came later is about the bytes that were offered first, not about the bytes written since.
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
                    // Most flushes send everything in one send.
                    AfterFlush(moved);
                    return;
                }
            }
        }

        Acknowledge();
        AfterFlush(moved);
    }

    // A peer that resets the connection may have said before why. Its last bytes are read to their end and offered, before the owner
    // receives the end: they may still lie in the kernel, and a completion engine hands them over only later.
    private void SendFailed(in IoResult sent)
    {
        bool isReset =
            sent.Fault is SocketFault.ConnectionReset or SocketFault.ConnectionAborted or SocketFault.TimedOut;
        if (isReset && _close.Reads && !_close.CloseRequested && (WantsToRead || Ref.OwnerReadsToEnd))
        {
            DieOf(sent.Fault, sent.Errno);
            _blocked = false;
            UpdateInterest();
            ReadRest();
        }
        else
        {
            Fail(sent.Fault, sent.Errno);
        }
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
                // The system does not report delivery. The layer that sent this write learned that too late to refuse it.
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

    // The stream misses the rest of the source. As long as the owner may still write, it can repair the stream. Otherwise only a
    // reset shows the peer that the bytes it got are not the whole stream.
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

        // The FIN of this side also has a place in the sequence of bytes.
        int fin = _close.FinSent && unacknowledged > 0 ? 1 : 0;
        long acknowledged = unacknowledged < 0 ? 0 : _outbox.Taken - (unacknowledged - fin);
        while (undelivered.TryTake(acknowledged, out PendingWrite delivered))
        {
            Answer(delivered.Sender, delivered.Write.DeliveredAck!);
        }
    }

    // The connection is over: gives every unanswered write its last answer. Returns the writes that are not known to be delivered.
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
