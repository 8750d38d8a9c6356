using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Akka.Actor;
using Akka.Reactor.Layers;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

// This part handles writes: those with a source, those that wait behind a source, and those that the layer itself refuses.
public abstract partial class LayerActor
{
    /// <summary>True from a refusal by this layer until the layer accepts writes again.</summary>
    private protected bool Refusing => _gate.IsClosed;

    /// <summary>
    /// Refuses the write if there is no room for it. From then on every write is refused until <see cref="AcceptAgain"/>.
    /// </summary>
    /// <param name="write">The write from above.</param>
    /// <param name="sender">The actor to answer.</param>
    /// <param name="cost">The cost of the writes that wait in this layer; see <see cref="WriteCost"/>.</param>
    /// <returns>False if there is room; then nothing was done.</returns>
    private protected bool TryRefuse(IWriteCommand write, IActorRef sender, long cost)
    {
        if (_gate.Judge(write, cost, Limit) is not { } refusal)
        {
            return false;
        }

        AnswerRefused(write, sender, refusal);
        return true;
    }

    private void AnswerRefused(IWriteCommand write, IActorRef sender, ReactorException refusal)
    {
        Answer(sender, new WriteFailed(write, refusal));
        AwaitRoom();
    }

    /// <summary>Ensures, after a refusal, that <see cref="AcceptAgain"/> is called when there is room.</summary>
    private protected virtual void AwaitRoom()
    {
        if (_writes is not { IsActive: true } && !_refusedBelow)
        {
            // This is a separate message, so that it is processed after the message that made room.
            Self.Tell(RoomAgain.Instance, Self);
        }
    }

    /// <summary>
    /// Accepts writes again after there is room. If writes were refused, the owner receives <see cref="Writable"/>.
    /// </summary>
    private protected void AcceptAgain()
    {
        if (
            _writes is not { IsActive: true }
            && !_refusedBelow
            && _gate.Relax(this, _connection?.Base?.OwnerPaces == true) is { } writable
        )
        {
            TellOwner(writable);
        }
    }

    /// <summary>The transport's limit of queued bytes.</summary>
    private protected int Limit => (_connection?.Options ?? ConnectionOptions.Default).WriteQueueLimit;

    // Passes the event to the owner. From now on, the writes that this layer itself has refused can be written again too.
    private void BelowIsWritable(ITransportEvent writable)
    {
        _refusedBelow = false;
        TellOwner(writable);
        if (_gate.IsClosed)
        {
            AwaitRoom();
        }
    }

    private void WriteFromAbove(IWriteCommand write, IActorRef sender)
    {
        bool committed = write is Write { Carries: not null };
        if (_ended || _writes is { IsEnding: true } || (!committed && _finished))
        {
            ILease.Release(write);
            Answer(sender, new WriteFailed(write, new TransportClosedException(CloseReason.Requested)));
        }
        else if (!committed && write.DeliveredAck is not null && _connection is { TellsDelivery: false })
        {
            _gate.Close();
            Answer(sender, new WriteFailed(write, new DeliveryNotSupportedException()));
            AwaitRoom();
        }
        else if (!committed && _gate.IsClosed)
        {
            AnswerRefused(write, sender, _gate.Refuse(write, _writes?.Cost ?? 0, Limit));
        }
        else if (write is Write data && _writes is not { IsActive: true })
        {
            OnWrite(data, sender);
        }
        else
        {
            _writes ??= new LayerWrites(Self, Offload, Limit);
            if (
                (committed || !TryRefuse(write, sender, _writes.Cost))
                && _writes.Add(new PendingWrite(write, sender)) is { } begins
            )
            {
                OnWrite(begins, Self);
            }
        }
    }

    private void WriteStep(object message)
    {
        switch (message)
        {
            case PieceRead read when _writes is not { } writes || !writes.IsCurrent(read.Pump):
                break;
            case PieceRead { Fault: { } fault }:
                SourceFailed(fault);
                break;
            case PieceRead { Piece.IsEnd: true }:
                FinishSource();
                break;
            case PieceRead read:
                OnWrite(LayerWrites.ForPiece(read), Self);
                break;
            case SourceBegins begins:
                _writes?.Start(begins);
                break;
            case PieceTaken taken:
                _writes?.Taken(taken);
                break;
            case SourceAnswer { Write: var source, Delivered: var delivered }:
                if ((delivered ? source.Write.DeliveredAck : source.Write.Ack) is { } ack)
                {
                    Answer(source.Sender!, ack);
                }

                break;
            case WriteFailed { Write: Write { Ack: SourceBegins begins }, Cause: WriteRefusedException } failure
                when _writes?.IsCurrent(begins.Pump) == true:
                _refusedBelow = true;
                foreach (PendingWrite pending in _writes.TakeAll(untouched: true))
                {
                    Answer(pending.Sender!, new WriteFailed(pending.Write, failure.Cause));
                }

                GoOn();
                break;
            case WriteFailed { Write: Write { Ack: SourceBegins or PieceTaken } }:
                // The transport below is closed. When its end arrives, all writes are answered.
                break;
            case WriteFailed { Write: Write { Ack: SourceAnswer { Write: var source } } } failure:
                Answer(source.Sender!, new WriteFailed(source.Write, failure.Cause));
                break;
            case DeliveryUnknown { Write: Write { Ack: SourceAnswer { Write: var source } } }:
                Answer(source.Sender!, new DeliveryUnknown(source.Write));
                break;
            case RoomAgain:
                AcceptAgain();
                break;
        }
    }

    // The kernel has every piece: each piece, and finally the end, was requested only when the kernel had the previous piece.
    private void FinishSource()
    {
        PendingWrite source = _writes!.Finish();
        if (source.Write.DeliveredAck is null)
        {
            if (source.Write.Ack is { } ack)
            {
                Answer(source.Sender!, ack);
            }
        }
        else
        {
            // This empty write marks the end of the source. Its acknowledgements hold for the whole source.
            Write end = new(ReadOnlyMemory<byte>.Empty, new SourceAnswer(source, Delivered: false))
            {
                DeliveredAck = new SourceAnswer(source, Delivered: true),
                Carries = source.Write,
            };
            OnWrite(end, Self);
        }

        GoOn();
    }

    // Sends the writes that waited behind the source, up to the next source.
    private void GoOn()
    {
        while (_writes!.TryNext(out PendingWrite next, out ITransportCommand? end))
        {
            if (end is not null)
            {
                Command(end, Self);
                return;
            }

            OnWrite((Write)next.Write, next.Sender!);
        }

        if (_gate.IsClosed)
        {
            AwaitRoom();
        }

        if (_owesDrained && !_writes.IsActive)
        {
            _owesDrained = false;
            TellOwner(WriteQueueEmpty.Instance);
        }
    }

    // A source fails here as in a connection without layers: see Channel.SourceFailed.
    private void SourceFailed(Exception cause)
    {
        LayerWrites writes = _writes!;
        WriteSourceException reason = writes.Failure(cause);
        if (writes.IsEnding || writes.HoldsCommitted)
        {
            Lower.Tell(Abort.Instance, Self);
            End(new Closed(CloseReason.Failed, reason));
            return;
        }

        // All these writes must be refused before there is room for any write.
        _gate.Close();
        List<PendingWrite> taken = writes.TakeAll();
        for (int i = 0; i < taken.Count; i++)
        {
            ReactorException refusal = i == 0 ? reason : _gate.Refuse(taken[i].Write, 0, Limit);
            Answer(taken[i].Sender!, new WriteFailed(taken[i].Write, refusal));
        }

        AwaitRoom();
    }

    // A message without a sender arrives with dead letters as its sender, and its answer would go there.
    private IActorRef WhomToAnswer(IActorRef? sender) =>
        sender is null || sender.IsNobody() || sender.Equals(Context.System.DeadLetters) ? _owner : sender;

    /// <summary>
    /// Removes and returns the writes that have no answer yet, so that the caller can answer them. The connection ends for the
    /// actors above, so no other answer will come.
    /// </summary>
    private protected virtual IReadOnlyList<PendingWrite> AbandonWrites() =>
        _writes?.Abandon() ?? (IReadOnlyList<PendingWrite>)[];

    // Answers the abandoned writes and returns the end that the owner receives. It lists the writes from above in place of the
    // writes that this layer made of them.
    private Closed AnswerTheRest(Closed closed)
    {
        IReadOnlyList<PendingWrite> abandoned = AbandonWrites();
        if (abandoned.Count == 0 && (_writes is null || closed.Undelivered.Count == 0))
        {
            return closed;
        }

        List<IWriteCommand> undelivered =
        [
            .. closed.Undelivered.Select(write =>
                write is Write { Ack: SourceAnswer { Write: var source } } ? source.Write : write
            ),
        ];
        undelivered.RemoveAll(write => write is Write { Ack: PieceTaken or SourceBegins });
        TransportClosedException reason = new(closed.Reason, closed.Cause);
        foreach (PendingWrite pending in abandoned)
        {
            ILease.Release(pending.Write);
            Answer(pending.Sender!, new WriteFailed(pending.Write, reason));
            if (pending.Write is not Write { Ack: PieceTaken or SourceBegins })
            {
                undelivered.Add(pending.Write);
            }
        }

        return closed with
        {
            Undelivered = undelivered,
        };
    }

    // Work that is requested before the transport below has answered the claim waits until the answer or the end arrives.
    private void Offload(Action work)
    {
        if (_connection is not null)
        {
            _connection.Loop.Offload(work);
        }
        else if (_ended)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static work => work(), work, preferLocal: false);
        }
        else
        {
            (_offloadLater ??= []).Add(work);
        }
    }

    private void OffloadWhatWaited()
    {
        List<Action>? waited = _offloadLater;
        _offloadLater = null;
        waited?.ForEach(Offload);
    }

    private sealed class RoomAgain : INoSerializationVerificationNeeded
    {
        internal static readonly RoomAgain Instance = new();
    }
}
