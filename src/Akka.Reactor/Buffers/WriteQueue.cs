using System;
using System.Buffers;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Buffers;

/// <summary>
/// The bytes that wait to be sent, in order. Each write has a state of the caller's (its acknowledgement), which is returned when
/// the last byte of the write was taken. The queue holds references to the writes' memory and copies nothing, with one exception:
/// small neighbours are gathered in a scratch buffer so that they leave in one send. Single-threaded. This is a mutable struct:
/// keep it in a field.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct WriteQueue<TState>
{
    // A piece of at least this length is sent from its own memory: to copy it would cost more than a second system call.
    private const int SendInPlace = 16 * 1024;

    // The front write is held here, because there is seldom another: an idle connection has no queue object, and a busy connection
    // does not touch it.
    private Entry _first;
    private bool _hasFirst;
    private ChunkQueue<Entry>? _rest;

    // The bytes of the front write that are left to send.
    private ReadOnlySequence<byte> _front;

    /// <summary>The number of bytes not yet taken.</summary>
    internal long Bytes { get; private set; }

    /// <summary>The number of writes that wait.</summary>
    internal readonly int Count => (_hasFirst ? 1 : 0) + (_rest?.Count ?? 0);

    /// <summary>True when no write waits, not even an empty one.</summary>
    internal readonly bool IsEmpty => !_hasFirst;

    internal void Enqueue(in ReadOnlySequence<byte> data, TState state)
    {
        Bytes += data.Length;
        if (_hasFirst)
        {
            (_rest ??= new ChunkQueue<Entry>()).Enqueue(new Entry(data, state));
        }
        else
        {
            Begin(new Entry(data, state));
        }
    }

    /// <summary>
    /// Returns the next bytes to send as one span, which is empty when there are none. The span is valid until the queue changes.
    /// It lies either in the front write's own memory or in <paramref name="scratch"/>.
    /// </summary>
    internal readonly ReadOnlySpan<byte> Peek(Span<byte> scratch)
    {
        if (Bytes == 0)
        {
            return default;
        }

        ReadOnlySpan<byte> first = FirstPiece(_front);
        if (first.Length >= SendInPlace || first.Length == Bytes)
        {
            return first;
        }

        return scratch[..Gather(scratch)];
    }

    /// <summary>The number of all bytes ever taken.</summary>
    internal long Taken { get; private set; }

    /// <summary>The position at which the last completed write ends in the stream of all bytes ever taken.</summary>
    internal long Completed { get; private set; }

    /// <summary>
    /// Records that the first <paramref name="count"/> bytes were taken. <see cref="TryTakeCompleted"/> then returns the completed
    /// writes.
    /// </summary>
    internal void Advance(int count)
    {
        Bytes -= count;
        _taken += count;
        Taken += count;
    }

    // The bytes that were taken but are not yet attributed to entries.
    private long _taken;

    /// <summary>Removes the front write if all its bytes were taken, and returns its state.</summary>
    internal bool TryTakeCompleted(out TState state)
    {
        if (_hasFirst)
        {
            if (_taken >= _front.Length)
            {
                _taken -= _front.Length;
                state = _first.State;
                Completed += _first.Data.Length;
                Pop();
                return true;
            }

            _front = _front.Slice(_taken);
            _taken = 0;
        }

        state = default!;
        return false;
    }

    /// <summary>Removes the front write, however many of its bytes were taken. The write will never complete.</summary>
    internal bool TryAbandon(out TState state)
    {
        if (!_hasFirst)
        {
            state = default!;
            return false;
        }

        // The bytes of this write that were taken are counted already.
        long taken = Math.Min(_taken, _front.Length);
        _taken -= taken;
        Bytes -= _front.Length - taken;
        state = _first.State;
        Pop();
        return true;
    }

    private void Begin(in Entry entry)
    {
        _first = entry;
        _front = entry.Data;
        _hasFirst = true;
    }

    private void Pop()
    {
        if (_rest is not null && _rest.TryDequeue(out Entry next))
        {
            Begin(next);
        }
        else
        {
            _first = default;
            _front = default;
            _hasFirst = false;
        }
    }

    private static ReadOnlySpan<byte> FirstPiece(scoped in ReadOnlySequence<byte> data)
    {
        if (!data.FirstSpan.IsEmpty)
        {
            return data.FirstSpan;
        }

        foreach (ReadOnlyMemory<byte> piece in data)
        {
            if (!piece.IsEmpty)
            {
                return piece.Span;
            }
        }

        return default;
    }

    private readonly int Gather(Span<byte> scratch)
    {
        int used = Gather(_front, scratch);
        if (_rest is not null)
        {
            foreach (Entry entry in _rest)
            {
                if (used == scratch.Length)
                {
                    break;
                }

                used += Gather(entry.Data, scratch[used..]);
            }
        }

        return used;
    }

    private static int Gather(in ReadOnlySequence<byte> data, Span<byte> room)
    {
        int count = (int)Math.Min(data.Length, room.Length);
        data.Slice(0, count).CopyTo(room);
        return count;
    }

    private readonly record struct Entry(ReadOnlySequence<byte> Data, TState State);
}
