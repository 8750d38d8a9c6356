using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Actor;
using Akka.Reactor.Buffers;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Polling.Sockets;
using Akka.Reactor.Selectors;

namespace Akka.Reactor.Transports;

/// <summary>
/// The outbound half of a channel: which writes are accepted, how they leave, and which actor gets the answers. Used on the channel's
/// loop only.
/// </summary>
internal sealed class ChannelOutbound : IFlushable, ISourceOpener
{
    // The most bytes that one flush sends. This leaves time for other connections when a peer takes everything immediately.
    private const int MaxFlush = 256 * 1024;

    private readonly Channel _channel;
    private Outbox _outbox; // A mutable struct must not be readonly.
    private DeliveryLog? _undelivered;
    private bool _sending;
    private int _offered;
    private bool _flushQueued;
    private bool _mayStall;

    internal ChannelOutbound(Channel channel)
    {
        _channel = channel;
        _outbox = new Outbox(channel.Options, this);
    }

    /// <summary>True while the kernel takes no more.</summary>
    internal bool IsBlocked { get; private set; }

    /// <inheritdoc cref="Outbox.IsPressed"/>
    internal bool IsPressed => _outbox.IsPressed;

    /// <inheritdoc cref="Outbox.IsEmpty"/>
    internal bool IsEmpty => _outbox.IsEmpty;

    /// <inheritdoc cref="Outbox.Cost"/>
    internal long Cost => _outbox.Cost;

    /// <inheritdoc cref="Outbox.Bytes"/>
    internal long Bytes => _outbox.Bytes;

    /// <inheritdoc cref="Outbox.Taken"/>
    internal long Taken => _outbox.Taken;

    /// <summary>True while the acknowledgement of the peer's TCP is awaited for a write.</summary>
    internal bool AwaitsDelivery => _undelivered is { IsEmpty: false };

    /// <summary>
    /// True if no sender can need received memory again that it has written. The sender of a refused write may write it again, and the
    /// sender of an unacknowledged write may get it back.
    /// </summary>
    internal bool CanForget => _channel.Ending.AcceptsWrites && !_channel.Core.Refuses && _undelivered is null;

    /// <summary>
    /// Sends queued bytes until all are taken, the kernel's buffer is full, or the limit of one flush is reached.
    /// </summary>
    public void Flush()
    {
        try
        {
            _flushQueued = false;
            if (!_channel.Ending.Ended && !IsBlocked && !_sending && !_channel.Inbound.IsDead)
            {
                Send();
            }
        }
        catch (Exception fault)
        {
            _channel.OnFault(fault);
        }
    }

    /// <summary>Accepts or refuses a write.</summary>
    internal void Accept(PendingWrite write)
    {
        if (!_channel.Ending.AcceptsWrites || _channel.Inbound.IsDead)
        {
            Answer(write, write.Fail(_channel.WhyClosed));
            return;
        }

        if (_channel.Core.Refuse(write.Write, _outbox.Cost) is { } refusal)
        {
            Answer(write, write.Fail(refusal));
            _channel.Metrics.Refused(IOwnAck.IsIn(write.Write) ? 0 : 1);
        }
        else
        {
            _outbox.Accept(write);
            if (IsBlocked || _sending)
            {
                // No flush follows that counts what is left.
                _channel.CountMemory();
            }
        }

        QueueFlush();
        if (_outbox.IsPressed)
        {
            _channel.UpdateInterest();
        }
    }

    /// <summary>Continues after the engine has reported that the socket is writable, or the result of a send.</summary>
    internal void OnWritable()
    {
        if (IsBlocked || _sending)
        {
            IsBlocked = false;
            _sending = false;
            Flush();
        }
    }

    /// <summary>Sends nothing any more: the connection is dead.</summary>
    internal void StopSending()
    {
        IsBlocked = false;
        _channel.Timeouts.DisarmStall();
    }

    /// <summary>Answers the writes whose bytes the peer's TCP has acknowledged.</summary>
    internal void ReportDelivered()
    {
        if (_undelivered is not { IsEmpty: false } undelivered)
        {
            return;
        }

        int unacknowledged = _channel.Selector.Sockets.Unacknowledged(_channel.Descriptor);

        // The FIN of this side also has a place in the sequence of bytes.
        int fin = _channel.Ending.FinSent && unacknowledged > 0 ? 1 : 0;
        long acknowledged = unacknowledged < 0 ? 0 : _outbox.Taken - (unacknowledged - fin);
        while (undelivered.TryTake(acknowledged, out PendingWrite delivered))
        {
            Answer(delivered, delivered.Write.DeliveredAck!);
        }
    }

    /// <summary>
    /// The connection is over: gives every unanswered write its last answer. Returns the writes that are not known to be delivered.
    /// </summary>
    internal IReadOnlyList<IWriteCommand> AnswerTheRest(CloseReason reason, ReactorException? exception)
    {
        if (_undelivered is null && _outbox.IsEmpty)
        {
            return [];
        }

        List<IWriteCommand> unknown = [];
        while (_undelivered is not null && _undelivered.TryTake(long.MaxValue, out PendingWrite taken))
        {
            unknown.Add(taken.Write);
            Answer(taken, new DeliveryUnknown(taken.Write));
        }

        List<PendingWrite> abandoned = _outbox.Abandon();
        IReadOnlyList<IWriteCommand> all = [.. unknown, .. abandoned.Select(left => left.Write)];
        abandoned.ForEach(left => left.Release());
        WritesFailed.Tell(abandoned, new TransportClosedException(reason, exception), _channel.Core, _channel.Ref);
        return all;
    }

    SourcePump ISourceOpener.Open(IWriteCommand write)
    {
        bool asRanges = (_channel.Selector.Sockets.Features & SocketFeatures.SendFile) != 0;
        return new SourcePump(
            write is WriteFile file
                ? new FileSource(file.Path, file.Offset, file.Count, asRanges)
                : ((WriteFrom)write).Source,
            _channel.Selector.Loop.Offload,
            read => _channel.Later(() => Arrived(read))
        );
    }

    private void QueueFlush()
    {
        if (!_flushQueued && !IsBlocked && !_sending)
        {
            _flushQueued = true;
            _channel.Selector.Loop.FlushLater(this);
        }
    }

    private void Send()
    {
        // While one engine is gone and the next one is not there yet, nothing can be sent. The next one will report that the socket is
        // writable.
        IsBlocked = _channel.Registration is null;
        bool moved = false;
        int left = MaxFlush;
        while (!IsBlocked)
        {
            ReadOnlySpan<byte> bytes = _outbox.Peek(_channel.Selector.Scratch);
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
            Selector selector = _channel.Selector;
            IoResult result = bytes.IsEmpty
                ? selector.Engine!.SendFile(_channel.Registration!, file)
                : selector.Engine!.Send(_channel.Registration!, bytes);
            if (result.IsPending)
            {
                // The engine reports the result later. The bytes stay in the queue until then.
                _sending = true;
                _channel.CountMemory();
                _offered = _offered == 0 ? bytes.Length : _offered;
                if (moved)
                {
                    AfterFlush(moved);
                }

                return;
            }

            if (!result.Succeeded && !result.WouldBlock)
            {
                _channel.Inbound.SendFailed(_channel, result);
                return;
            }

            Advance(result, bytes.Length, file);
            if (_channel.Ending.Ended)
            {
                return;
            }

            if (result.Count > 0)
            {
                moved = true;
                left -= result.Count;
                selector.Counters.BytesSent += result.Count;
                _channel.Touch();
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

    // Takes the sent bytes out of the queue.
    private void Advance(in IoResult result, int length, in FileRange file)
    {
        if (file.Count == 0)
        {
            // A result that came later is about the bytes that were offered first, not about the bytes written since.
            IsBlocked = result.Count < (_offered > 0 ? _offered : length);
            _offered = 0;
            _outbox.Advance(result.Count);
            return;
        }

        IsBlocked = result.WouldBlock;
        if (result is { Count: 0, Succeeded: true })
        {
            SourceFailed(FileSource.Shrank(file));
        }
        else
        {
            _outbox.AdvanceFile(result.Count);
        }
    }

    private void Acknowledge()
    {
        while (_outbox.TryTakeCompleted(out PendingWrite completed))
        {
            if (completed.Write.Ack is { } ack)
            {
                Answer(completed, ack);
            }

            completed.Release();
            if (completed.Write.DeliveredAck is null)
            {
                continue;
            }

            if (_channel.Connected.TellsDelivery)
            {
                (_undelivered ??= new DeliveryLog()).Add(_outbox.Completed, completed);
                _channel.Timeouts.ArmDelivery();
            }
            else
            {
                // The system does not report delivery. The layer that sent this write learned that too late to refuse it.
                Answer(completed, new DeliveryUnknown(completed.Write));
            }
        }
    }

    private void AfterFlush(bool moved)
    {
        _channel.CountMemory();
        if (IsBlocked || _mayStall)
        {
            // Most flushes need not touch the memory of the timeouts.
            _mayStall = _channel.Timeouts.ArmStall(moved);
        }

        if (_outbox.Relax() && _channel.Core.Relax(_channel) is { } writable)
        {
            _channel.Tell(writable);
        }

        if (_outbox.TakeDrained())
        {
            _channel.Tell(WriteQueueEmpty.Instance);
        }

        if (_outbox.IsEmpty)
        {
            _channel.Inbound.ReleaseSent(_channel);
            _channel.Perform(_channel.Ending.Drained());
        }

        _channel.UpdateInterest();
    }

    private void Arrived(PieceRead read)
    {
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

    // The stream misses the rest of the source. As long as the owner may still write, it can repair the stream. Otherwise only a
    // reset shows the peer that the bytes it got are not the whole stream.
    private void SourceFailed(Exception cause)
    {
        WriteSourceException failure = _outbox.FailureOfSource(cause);
        if (!_channel.Ending.AcceptsWrites || !_outbox.CanRefuseTheRest)
        {
            _channel.End(CloseReason.Failed, failure, reset: true);
            return;
        }

        _channel.Inbound.ForgetSent();
        List<(IActorRef, WriteFailed)> answers = _channel.Core.FailSource(_outbox.TakeSource(), failure, _outbox.Cost);
        foreach ((IActorRef sender, WriteFailed answer) in answers)
        {
            sender.Tell(answer, _channel.Ref);
        }

        _channel.Metrics.Refused(answers.Count - 1);
    }

    private void Answer(in PendingWrite write, object answer) => write.Sender.Tell(answer, _channel.Ref);
}
