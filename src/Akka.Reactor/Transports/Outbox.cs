using System;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Transports;

/// <summary>
/// The writes that a channel has accepted and not yet sent. The queue is bounded. After it has refused one write it refuses all
/// later writes, until it has drained to the low-water mark and the writer knows: otherwise the stream could miss a write in the
/// middle.
/// </summary>
/// <param name="options">The bounds of the queue.</param>
/// <param name="opener">Opens the source of a write.</param>
internal sealed class Outbox(ConnectionOptions options, ISourceOpener opener)
{
    private WriteQueue<PendingWrite> _queue; // A mutable struct must not be readonly.
    private SourceLine? _line;
    private FileRange _file;
    private long _fileBytes;
    private RefusalGate _gate;
    private bool _owesDrained;

    /// <summary>The number of bytes in memory that are sent next.</summary>
    internal long Bytes => _queue.Bytes;

    /// <summary>
    /// The cost of all waiting writes. For the current source, only the piece in memory counts. See <see cref="WriteCost"/>.
    /// </summary>
    internal long Cost => _queue.Bytes + ((long)_queue.Count * WriteCost.Overhead) + (_line?.Cost ?? 0);

    /// <summary>True when nothing waits, not even an empty write.</summary>
    internal bool IsEmpty => _queue.IsEmpty && _line is not { IsActive: true };

    /// <summary>True from the high-water mark until the low-water mark: reading should pause.</summary>
    internal bool IsPressed { get; private set; }

    /// <summary>The position at which the last completed write ends, in the stream of all bytes taken.</summary>
    internal long Completed => _queue.Completed + _fileBytes;

    /// <summary>The number of all bytes that were ever taken.</summary>
    internal long Taken => _queue.Taken + _fileBytes;

    /// <summary>The part of a file that is to be sent next, when no bytes in memory wait. It is empty when there is none.</summary>
    internal FileRange File => _queue.Bytes == 0 ? _file : default;

    /// <summary>True when the writes that wait behind a failed source can be refused and written again.</summary>
    internal bool CanRefuseTheRest => _line is not { HoldsCommitted: true };

    /// <summary>
    /// Accepts a write and returns null, or returns the reason for a refusal. Of a refused write no byte is taken.
    /// </summary>
    internal ReactorException? Accept(IWriteCommand command, IActorRef? sender)
    {
        // A layer's write cannot be refused any more when the layer made it of writes that it accepted. The layer refuses writes
        // above instead.
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

    /// <summary>True after a write was refused: all later writes are refused until the owner resumes writing.</summary>
    internal bool Refuses => _gate.IsClosed;

    /// <summary>Closes the gate after a write that was refused for a reason outside this queue.</summary>
    internal void CloseGate() => _gate.Close();

    /// <inheritdoc cref="RefusalGate.Resume"/>
    internal WritingResumed? Resume(bool heardAll) => _gate.Resume(heardAll);

    /// <inheritdoc cref="RefusalGate.ChangeOwner"/>
    internal Writable? ChangeOwner() => _gate.ChangeOwner();

    /// <summary>
    /// Takes a piece of the current source, or its end. Returns false when the piece does not belong to the current source.
    /// </summary>
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

    /// <summary>Returns whether an answer of this pump comes from the current source.</summary>
    internal bool IsCurrent(SourcePump pump) => _line is { } line && line.IsCurrent(pump);

    /// <summary>
    /// Fails the write of the current source and refuses all writes that wait behind it. The refused writes can be written again.
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

    /// <summary>Returns the failure of the current source, in words for the sender of the write.</summary>
    internal WriteSourceException FailureOfSource(Exception cause) =>
        SourceLine.Failure(_line!.Current.Write, _line.Sent, cause);

    /// <inheritdoc cref="WriteQueue{TState}.Peek"/>
    internal ReadOnlySpan<byte> Peek(Span<byte> scratch) => _queue.Peek(scratch);

    /// <inheritdoc cref="WriteQueue{TState}.Advance"/>
    internal void Advance(int count) => _queue.Advance(count);

    /// <summary>Notes that the given number of bytes of <see cref="File"/> were taken.</summary>
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

    /// <summary>Removes the next write that will now never complete.</summary>
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
    /// Called after sending. At the low-water mark it ends the pressure. Returns the message for the owner if writes were refused,
    /// or null.
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

    /// <summary>Returns true once after the queue, which had been above the high-water mark, has become empty.</summary>
    internal bool TakeDrained()
    {
        bool drained = _owesDrained && IsEmpty;
        _owesDrained &= !drained;
        return drained;
    }

    // A piece has no write of its own: the write of its source is answered at the end.
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
