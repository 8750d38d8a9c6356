using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Transports;

/// <summary>
/// What a channel has accepted and not sent: bounded, and once it has refused a write it refuses all until it is down to
/// low water and the writer knows, so that no hole can open in the stream.
/// </summary>
/// <param name="options">The bounds.</param>
/// <param name="opener">Begins to read the source of a write.</param>
internal sealed class Outbox(ConnectionOptions options, ISourceOpener opener)
{
    private WriteQueue<PendingWrite> _queue; // Mutable struct: not readonly.
    private SourceLine? _line;
    private FileRange _file;
    private long _fileBytes;
    private RefusalGate _gate;
    private bool _owesDrained;

    /// <summary>Bytes in memory that are sent next.</summary>
    internal long Bytes => _queue.Bytes;

    /// <summary>What costs that which waits; of the current source the piece that is in memory. See <see cref="WriteCost"/>.</summary>
    internal long Cost => _queue.Bytes + ((long)_queue.Count * WriteCost.Overhead) + (_line?.Cost ?? 0);

    /// <summary>True when nothing waits, not even an empty write.</summary>
    internal bool IsEmpty => _queue.IsEmpty && _line is not { IsActive: true };

    /// <summary>True from high water until low water: reading should pause.</summary>
    internal bool IsPressed { get; private set; }

    /// <summary>Where the last completed write ends in the stream of everything taken.</summary>
    internal long Completed => _queue.Completed + _fileBytes;

    /// <summary>All bytes ever taken.</summary>
    internal long Taken => _queue.Taken + _fileBytes;

    /// <summary>The part of a file that is to be sent next, when no bytes are. It is empty when there is none.</summary>
    internal FileRange File => _queue.Bytes == 0 ? _file : default;

    /// <summary>True when what waits behind a failed source could be refused and written again.</summary>
    internal bool CanRefuseTheRest => _line is not { HoldsCommitted: true };

    /// <summary>Takes a write, or says why not; then no byte of it was taken.</summary>
    internal ReactorException? Accept(IWriteCommand command, IActorRef? sender)
    {
        // What a layer has made of writes it accepted cannot be refused any more: it does that above.
        bool committed = command is Write { Carries: not null };
        if (!committed && _gate.Admit(command, Cost, options.WriteQueueLimit) is { } refusal)
        {
            return refusal;
        }

        Add(new PendingWrite(command, sender));
        IsPressed |= Cost > options.HighWater;
        _owesDrained |= IsPressed;
        return null;
    }

    /// <summary>A write was refused, and so is every later one until its owner goes on.</summary>
    internal bool Refuses => _gate.IsClosed;

    /// <summary>Refuses a write for a reason of its own.</summary>
    internal void CloseGate() => _gate.Close();

    /// <inheritdoc cref="RefusalGate.Resume"/>
    internal WritingResumed? Resume(bool heardAll) => _gate.Resume(heardAll);

    /// <inheritdoc cref="RefusalGate.ChangeOwner"/>
    internal Writable? ChangeOwner() => _gate.ChangeOwner();

    /// <summary>A piece of the current source, or its end. False when it is of no source that is current.</summary>
    internal bool Arrived(PieceRead read)
    {
        if (_line is not { } line || !line.IsCurrent(read.Pump))
        {
            return false;
        }

        if (read.Piece.IsEnd)
        {
            _queue.Enqueue(default, line.End());
            while (!line.IsActive && line.TryNext(out PendingWrite next))
            {
                Add(next);
            }
        }
        else if (read.Piece.File.Handle is not null)
        {
            _file = read.Piece.File;
        }
        else
        {
            _queue.Enqueue(read.Piece.Data, default);
        }

        return true;
    }

    /// <summary>Whether this answer is the current source's.</summary>
    internal bool IsCurrent(SourcePump pump) => _line is { } line && line.IsCurrent(pump);

    /// <summary>
    /// The current source has failed: its write does, and all that waits behind it is refused, to be written again.
    /// </summary>
    internal IEnumerable<(PendingWrite Write, ReactorException Reason)> FailSource(Exception cause)
    {
        SourceLine line = _line!;
        WriteSourceException reason = FailureOfSource(cause);
        _file = default;
        PendingWrite failed = line.End();
        _gate.Close();
        yield return (failed, reason);
        while (line.TryNext(out PendingWrite next))
        {
            yield return (next, _gate.Refuse(next.Write, Cost, options.WriteQueueLimit));
        }
    }

    /// <summary>Why the current source failed, in words for whoever wrote it.</summary>
    internal WriteSourceException FailureOfSource(Exception cause) =>
        SourceLine.Failure(_line!.Current.Write, _line.Sent, cause);

    /// <inheritdoc cref="WriteQueue{TState}.Peek"/>
    internal ReadOnlySpan<byte> Peek(Span<byte> scratch) => _queue.Peek(scratch);

    /// <inheritdoc cref="WriteQueue{TState}.Advance"/>
    internal void Advance(int count) => _queue.Advance(count);

    /// <summary>Notes that so many bytes of <see cref="File"/> were taken.</summary>
    internal void AdvanceFile(int count)
    {
        _fileBytes += count;
        _line!.Taken(count);
        _file = _file with { Offset = _file.Offset + count, Count = _file.Count - count };
        if (_file.Count == 0)
        {
            _file = default;
            _line.PullNext();
        }
    }

    /// <inheritdoc cref="WriteQueue{TState}.TryTakeCompleted"/>
    internal bool TryTakeCompleted(out PendingWrite completed)
    {
        long before = _queue.Completed;
        while (_queue.TryTakeCompleted(out completed))
        {
            if (!IsPiece(completed))
            {
                return true;
            }

            _line!.Taken(_queue.Completed - before);
            _line.PullNext();
            before = _queue.Completed;
        }

        return false;
    }

    /// <summary>Takes out the next write that will never complete now.</summary>
    internal bool TryAbandon(out PendingWrite abandoned)
    {
        _file = default;
        while (_queue.TryAbandon(out abandoned))
        {
            if (!IsPiece(abandoned))
            {
                return true;
            }
        }

        if (_line is { IsActive: true })
        {
            abandoned = _line.End();
            return true;
        }

        return _line is not null && _line.TryAbandon(out abandoned);
    }

    /// <summary>
    /// After sending: at low water the pressure is off. Returns what the owner is to be told when writes were refused.
    /// </summary>
    /// <param name="ask">See <see cref="RefusalGate.Relax"/>.</param>
    internal Writable? Relax(bool ask)
    {
        if (Cost > options.LowWater)
        {
            return null;
        }

        IsPressed = false;
        return _gate.Relax(this, ask);
    }

    /// <summary>True once after the queue, which had been above high water, has become empty.</summary>
    internal bool TakeDrained()
    {
        bool drained = _owesDrained && IsEmpty;
        _owesDrained &= !drained;
        return drained;
    }

    // A piece has no write of its own: its source's is answered at the end.
    private static bool IsPiece(PendingWrite entry) => entry.Write is null;

    private void Add(PendingWrite pending)
    {
        if (_line is { IsActive: true })
        {
            _line.Wait(pending);
        }
        else if (pending.Write is Write write)
        {
            _queue.Enqueue(write.Data, pending);
        }
        else
        {
            _line ??= new SourceLine(opener, options.WriteQueueLimit);
            _line.Begin(pending);
            _line.PullNext();
        }
    }
}
