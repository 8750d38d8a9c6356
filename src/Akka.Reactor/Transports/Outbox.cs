using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Transports;

/// <summary>The writes that a channel has accepted and not yet sent, in order. Mutable: keep it in a field.</summary>
/// <param name="options">The bounds of the queue.</param>
/// <param name="opener">Opens the source of a write.</param>
[StructLayout(LayoutKind.Auto)]
internal struct Outbox(ConnectionOptions options, ISourceOpener opener)
{
    private WriteQueue<PendingWrite> _queue; // A mutable struct must not be readonly.
    private SourceLine? _line;
    private FileRange _file;
    private long _fileBytes;
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
    internal bool CanRefuseTheRest => _line is not { HoldsAccepted: true };

    /// <summary>Takes an accepted write.</summary>
    internal void Accept(PendingWrite pending)
    {
        Add(pending);
        IsPressed |= Cost > options.HighWater;
        _owesDrained |= IsPressed;
    }

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

    /// <inheritdoc cref="SourceLine.TakeAll"/>
    internal List<PendingWrite> TakeSource()
    {
        _file = default;
        return _line!.TakeAll();
    }

    /// <inheritdoc cref="SourceLine.Failure"/>
    internal WriteSourceException FailureOfSource(Exception cause) => _line!.Failure(cause);

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

    /// <summary>Takes out all writes, which will now never complete, in order.</summary>
    internal List<PendingWrite> Abandon()
    {
        List<PendingWrite> all = new(_queue.Count);
        _file = default;
        while (_queue.TryAbandon(out PendingWrite abandoned))
        {
            if (!IsPiece(abandoned))
            {
                all.Add(abandoned);
            }
        }

        all.AddRange(_line?.Abandon() ?? []);
        return all;
    }

    /// <summary>
    /// Called after sending. Returns true when the queue is at or below the low-water mark, which ends the pressure.
    /// </summary>
    internal bool Relax()
    {
        bool relaxed = Cost <= options.LowWater;
        IsPressed &= !relaxed;
        return relaxed;
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
