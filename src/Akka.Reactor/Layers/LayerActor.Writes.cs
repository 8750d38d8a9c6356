using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Akka.Actor;
using Akka.Reactor.Layers;
using Akka.Reactor.Transports;

namespace Akka.Reactor;

// How a layer accepts writes: those with a source, what waits behind them, and what it has to refuse itself.
public abstract partial class LayerActor
{
    /// <summary>True after a refusal of this layer's own, until writes are accepted again.</summary>
    private protected bool Refusing => _gate.IsClosed;

    /// <summary>Refuses a write for which there is no room, and from now on every one until <see cref="AcceptAgain"/>.</summary>
    /// <param name="write">From above.</param>
    /// <param name="sender">Whom to answer.</param>
    /// <param name="cost">Of what waits in this layer; see <see cref="WriteCost"/>.</param>
    /// <returns>False when there is room: nothing was done.</returns>
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

    /// <summary>After a refusal: sees to it that <see cref="AcceptAgain"/> is called when there is room.</summary>
    private protected virtual void AwaitRoom()
    {
        if (_writes is not { IsActive: true } && !_refusedBelow)
        {
            // In a message of its own: behind what made room.
            Self.Tell(RoomAgain.Instance, Self);
        }
    }

    /// <summary>There is room: if writes were refused, the owner is told that they are not any more.</summary>
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

    // Told on; and whatever this layer has refused can be written again from here on, too.
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
                // The transport below is closed: with its end everything is answered.
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

    // The kernel has every piece: each was asked for when it had the one before, and the end after the last.
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
            // A write of nothing at the source's end: what is told of it holds for the source.
            Write end = new(ReadOnlyMemory<byte>.Empty, new SourceAnswer(source, Delivered: false))
            {
                DeliveredAck = new SourceAnswer(source, Delivered: true),
                Carries = source.Write,
            };
            OnWrite(end, Self);
        }

        GoOn();
    }

    // What waited behind the source, up to the next one.
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

    // As in a connection without layers: see Channel.SourceFailed.
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

        // All are refused before there is room for any.
        _gate.Close();
        List<PendingWrite> taken = writes.TakeAll();
        for (int i = 0; i < taken.Count; i++)
        {
            ReactorException refusal = i == 0 ? reason : _gate.Refuse(taken[i].Write, 0, Limit);
            Answer(taken[i].Sender!, new WriteFailed(taken[i].Write, refusal));
        }

        AwaitRoom();
    }

    // A message without a sender comes to an actor as from dead letters, which is where its answer would go.
    private IActorRef WhomToAnswer(IActorRef? sender) =>
        sender is null || sender.IsNobody() || sender.Equals(Context.System.DeadLetters) ? _owner : sender;

    /// <summary>
    /// The connection ends for those above: takes out the writes that have no answer yet, and never will have, to be answered.
    /// </summary>
    private protected virtual IReadOnlyList<PendingWrite> AbandonWrites() =>
        _writes?.Abandon() ?? (IReadOnlyList<PendingWrite>)[];

    // The end as the owner is told it: with this layer's writes in the place of those it made of them.
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

    // What is asked for before the transport below has answered the claim waits for that, or for the end.
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
