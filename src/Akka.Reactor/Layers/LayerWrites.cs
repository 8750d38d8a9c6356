using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Akka.Actor;
using Akka.Reactor.Buffers;
using Akka.Reactor.EventLoop;
using Akka.Reactor.Transports;

namespace Akka.Reactor.Layers;

/// <summary>
/// The writes of a layer: which are accepted, which have to wait, and their answers. Writes wait until the layer is open, and behind a
/// write whose bytes come from a source. A source is read in pieces, which the layer treats as writes of its own; the transport below
/// never refuses them. Runs in the layer's own message processing.
/// </summary>
/// <param name="layer">The layer.</param>
/// <param name="self">The layer's address, for the answers to its own writes.</param>
internal sealed class LayerWrites(LayerActor layer, IActorRef self) : ISourceOpener
{
    private SourceLine? _line;
    private ITransportCommand? _end;
    private bool _isHeld;
    private bool _owesQueueEmpty;

    // The loop of the connection. Work that is requested before it is known waits.
    private ReactorLoop? _loop;
    private List<Action>? _offloadLater;
    private bool _isOver;

    // True after the transport below has refused a source. Until it accepts writes again, the layer does not end its own refusal either.
    private bool _refusedBelow;

    /// <summary>True while later writes have to wait.</summary>
    internal bool MustWait => _isHeld || HasSource;

    /// <summary>True while a source is being sent.</summary>
    internal bool HasSource => _line is { IsActive: true };

    /// <summary>True while a write waits until the layer is open.</summary>
    internal bool HasWaiting => _line is { HasWaiting: true };

    private bool IsPaused => MustWait || _refusedBelow;

    /// <summary>Notes the loop on which the connection lives.</summary>
    internal void Begin(ReactorLoop loop)
    {
        _loop = loop;
        OffloadWhatWaited();
    }

    /// <summary>Lets all writes wait until <see cref="Open"/>.</summary>
    internal void Hold() => _isHeld = true;

    /// <summary>Sends the writes that have waited since <see cref="Hold"/>, and then the end that waits behind them.</summary>
    internal void Open()
    {
        _isHeld = false;
        GoOn();
    }

    /// <summary>Accepts or refuses a write from above.</summary>
    internal void Accept(IWriteCommand write, IActorRef? sender)
    {
        PendingWrite pending = layer.Core.Pending(write, sender);
        if (layer.IsClosedToWrites)
        {
            Fail(pending, new TransportClosedException(CloseReason.Requested));
        }
        else if (layer.Core.Refuse(write, Cost) is { } refusal)
        {
            Fail(pending, refusal);
            layer.CountRefused(IOwnAck.IsIn(write) ? 0 : 1);
            layer.AwaitRoom();
        }
        else if (!MustWait && write is Write data)
        {
            layer.Pass(data, pending.Sender);
        }
        else
        {
            _line ??= new SourceLine(this, layer.Core.Limit);
            if (MustWait)
            {
                _line.Wait(pending);
            }
            else
            {
                Begin(pending);
            }
        }
    }

    // Null if the layer keeps no writes: then the transport below accepts or refuses them.
    private long? Cost => layer.CostOfKept is null && !MustWait ? null : (layer.CostOfKept ?? 0) + (_line?.Cost ?? 0);

    /// <summary>Puts the end behind all writes. A <see cref="Close"/> replaces a waiting <see cref="CloseWrite"/>.</summary>
    internal void EndAfter(ITransportCommand end) => _end = _end is Close ? _end : end;

    /// <summary>
    /// Makes sure, after a refusal, that <see cref="AcceptAgain"/> is called when there is room. The layer does nothing else between.
    /// </summary>
    internal void AwaitRoom()
    {
        if (!IsPaused)
        {
            // This is a separate message, so that it is processed after the message that made room.
            self.Tell(RoomAgain.Instance, self);
        }
    }

    /// <summary>Accepts writes again after there is room. If writes were refused, the owner receives <see cref="Writable"/>.</summary>
    internal void AcceptAgain()
    {
        if (!IsPaused && layer.Core.Relax(layer) is { } writable)
        {
            layer.TellAbove(writable);
        }
    }

    /// <summary>
    /// Passes the report of the transport below to the owner. From now on, the writes that this layer itself has refused can be written
    /// again too.
    /// </summary>
    internal void BelowIsWritable(ITransportEvent writable)
    {
        _refusedBelow = false;
        layer.TellAbove(writable);
        AwaitRoomIfRefused();
    }

    /// <summary>
    /// Returns true if the kernel has all bytes that left this layer, but the layer still holds more: the owner receives
    /// <see cref="WriteQueueEmpty"/> later.
    /// </summary>
    internal bool OwesQueueEmpty()
    {
        _owesQueueEmpty |= MustWait;
        return MustWait;
    }

    /// <summary>Handles the answer to a write of the layer's own, or an answer of a source. Returns false for any other message.</summary>
    internal bool TryHandle(object message)
    {
        switch (message)
        {
            case PieceRead read when _line is not { } line || !line.IsCurrent(read.Pump):
                return true;
            case PieceRead { Fault: { } fault }:
                SourceFailed(fault);
                return true;
            case PieceRead { Piece.IsEnd: true }:
                FinishSource();
                return true;
            case PieceRead read:
                layer.Pass(new SourcePiece(layer, read), self);
                return true;
            case SourceBegins begins:
                if (IsCurrent(begins.Pump))
                {
                    _line!.PullNext();
                }

                return true;
            case WriteFailed { Write: Write { Ack: SourceBegins begins } } failure:
                if (failure.Cause is WriteRefusedException && IsCurrent(begins.Pump))
                {
                    SourceRefused(failure.Cause);
                }

                return true;
            case LayerWriteTaken { Write: var write }:
                Taken(write);
                return true;
            case LayerWriteDelivered { Write: var write }:
                Answer(write.Completes.Where(done => done.Write.DeliveredAck is not null), d => d.Write.DeliveredAck!);
                return true;
            case WriteFailed { Write: LayerWrite write } failure:
                WritesFailed.Tell([.. write.Completes], failure.Cause, layer.Core, self);
                return true;
            case WritesFailed failed:
                foreach (WriteFailed failure in failed.Answers())
                {
                    TryHandle(failure);
                }

                return true;
            case DeliveryUnknown { Write: LayerWrite write }:
                Answer(
                    write.Completes.Where(done => done.Write.DeliveredAck is not null),
                    done => new DeliveryUnknown(done.Write)
                );
                return true;
            case RoomAgain:
                AcceptAgain();
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// Answers the writes that have no answer yet, and returns the end that the owner receives. It lists the writes from above in place
    /// of the writes that this layer made of them.
    /// </summary>
    /// <param name="closed">The end.</param>
    /// <param name="kept">The writes that the layer itself has kept, which are older than those that wait.</param>
    internal Closed AnswerTheRest(Closed closed, IReadOnlyList<PendingWrite> kept)
    {
        _isOver = true;
        List<PendingWrite> abandoned = [.. kept, .. _line?.Abandon() ?? []];
        if (abandoned.Count > 0 || closed.Undelivered.Count > 0)
        {
            IEnumerable<IWriteCommand> undelivered = [.. closed.Undelivered, .. abandoned.Select(left => left.Write)];
            closed = closed with { Undelivered = [.. undelivered.SelectMany(FromAbove)] };
            TransportClosedException reason = new(closed.Reason, closed.Cause);
            abandoned.ForEach(left => left.Release());
            WritesFailed.Tell(abandoned, reason, layer.Core, self);
        }

        OffloadWhatWaited();
        return closed;
    }

    // Returns the writes from above for which a write was made. That of another layer is from above itself.
    private IEnumerable<IWriteCommand> FromAbove(IWriteCommand write) =>
        write is Write { Ack: SourceBegins } ? []
        : write is LayerWrite mine && ReferenceEquals(mine.Layer, layer)
            ? mine
                .Completes.Where(completed => !mine.IsTaken || completed.Write.DeliveredAck is not null)
                .SelectMany(completed => FromAbove(completed.Write))
        : [write];

    private bool IsCurrent(SourcePump pump) => _line is { } line && line.IsCurrent(pump);

    private void Taken(LayerWrite write)
    {
        write.IsTaken = true;
        foreach (PendingWrite taken in write.Completes)
        {
            if (taken.Write.Ack is { } ack)
            {
                taken.Sender.Tell(ack, self);
            }
        }

        if (write is SourcePiece piece && IsCurrent(piece.Pump))
        {
            _line!.Taken(piece.Data.Length);
            _line.PullNext();
        }

        layer.OnTaken(write);
    }

    private void Answer(IEnumerable<PendingWrite> writes, Func<PendingWrite, object> answer)
    {
        foreach (PendingWrite write in writes)
        {
            write.Sender.Tell(answer(write), self);
        }
    }

    private void Fail(in PendingWrite write, ReactorException cause) => write.Sender.Tell(write.Fail(cause), self);

    // The transport below never refuses a piece, but it can refuse this empty write: a source must not enter the stream behind a refused
    // write. It also reports when the kernel has everything before the source.
    private void Begin(PendingWrite source)
    {
        _line!.Begin(source);
        layer.Pass(new Write(ReadOnlyMemory<byte>.Empty, new SourceBegins(_line.Pump!)), self);
    }

    // The kernel has every piece: each piece, and finally the end, was requested only when the kernel had the previous piece.
    private void FinishSource()
    {
        PendingWrite source = _line!.End();
        if (source.Write.DeliveredAck is not null)
        {
            layer.Pass(new SourceEnd(layer, source), self);
        }
        else if (source.Write.Ack is { } ack)
        {
            source.Sender.Tell(ack, self);
        }

        GoOn();
    }

    // Sends the writes that waited, up to the next source.
    private void GoOn()
    {
        while (!MustWait && _line is { } line && line.TryNext(out PendingWrite next))
        {
            if (next.Write is Write write)
            {
                layer.Pass(write, next.Sender);
            }
            else
            {
                Begin(next);
            }
        }

        if (MustWait)
        {
            return;
        }

        if (_end is { } end)
        {
            _end = null;
            layer.EndWriting(end);
        }

        AwaitRoomIfRefused();
        if (_owesQueueEmpty)
        {
            _owesQueueEmpty = false;
            layer.TellAbove(WriteQueueEmpty.Instance);
        }
    }

    private void AwaitRoomIfRefused()
    {
        if (layer.Core.Refuses)
        {
            layer.AwaitRoom();
        }
    }

    private void SourceRefused(ReactorException refusal)
    {
        _refusedBelow = true;
        List<PendingWrite> all = _line!.TakeAll(untouched: true);
        foreach (PendingWrite refused in all)
        {
            Fail(refused, refusal);
        }

        // The transport below has counted the first one.
        layer.CountRefused(all.Count - 1);
        GoOn();
    }

    // A source fails here as in a connection without layers: see ChannelOutbound.SourceFailed.
    private void SourceFailed(Exception cause)
    {
        WriteSourceException failure = _line!.Failure(cause);
        if (_end is not null || _line.HoldsAccepted)
        {
            layer.FailBySource(failure);
            return;
        }

        List<(IActorRef, WriteFailed)> answers = layer.Core.FailSource(_line.TakeAll(), failure, 0);
        foreach ((IActorRef sender, WriteFailed answer) in answers)
        {
            sender.Tell(answer, self);
        }

        layer.CountRefused(answers.Count - 1);
        layer.AwaitRoom();
    }

    SourcePump ISourceOpener.Open(IWriteCommand write) =>
        new(
            write is WriteFile file
                ? new FileSource(file.Path, file.Offset, file.Count, asRanges: false)
                : ((WriteFrom)write).Source,
            Offload,
            read => self.Tell(read, ActorRefs.NoSender)
        );

    // Work that is requested before the transport below has answered the claim waits until the answer or the end arrives.
    private void Offload(Action work)
    {
        if (_loop is not null)
        {
            _loop.Offload(work);
        }
        else if (_isOver)
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

    /// <summary>Reports that the kernel has everything before a source, and that nothing was refused.</summary>
    private sealed record SourceBegins(SourcePump Pump) : INoSerializationVerificationNeeded;

    /// <summary>A piece of a source. Its memory is lent by the pump of the source.</summary>
    private sealed record SourcePiece : LayerWrite
    {
        internal SourcePiece(LayerActor layer, PieceRead read)
            : base(layer, read.Piece.Data)
        {
            Pump = read.Pump;
            Pump.Lease();
            Ack = new LayerWriteTaken(this);
        }

        internal SourcePump Pump { get; }

        internal override void Release() => Pump.Release();
    }

    /// <summary>The end of a source, without bytes. Its answers hold for the whole source.</summary>
    private sealed record SourceEnd : LayerWrite
    {
        internal SourceEnd(LayerActor layer, PendingWrite source)
            : base(layer, ReadOnlySequence<byte>.Empty)
        {
            Completes = [source];
            Ack = new LayerWriteTaken(this);
            DeliveredAck = new LayerWriteDelivered(this);
        }
    }
}
