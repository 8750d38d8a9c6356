using System;
using System.Diagnostics.CodeAnalysis;

namespace Akka.Reactor.Buffers;

/// <summary>
/// A first-in first-out queue whose memory follows its length, in chunks. A queue of .NET keeps the memory of its longest moment: with
/// many connections, each of which once had a thousand small writes waiting, that is more than all bytes that wait. Single-threaded.
/// </summary>
internal sealed class ChunkQueue<T>
{
    // The size of the first chunk, which is kept while the queue is empty.
    private const int Smallest = 8;
    private const int Largest = 64;

    private Chunk _head = new(Smallest);
    private Chunk _tail;

    internal ChunkQueue() => _tail = _head;

    /// <summary>The number of elements.</summary>
    internal int Count { get; private set; }

    internal void Enqueue(T element)
    {
        if (_tail.IsFull)
        {
            _tail = _tail.Next = new Chunk(Math.Min(2 * _tail.Size, Largest));
        }

        _tail.Add(element);
        Count++;
    }

    internal bool TryDequeue([MaybeNullWhen(false)] out T element)
    {
        if (Count == 0)
        {
            element = default;
            return false;
        }

        element = _head.Take();
        Count--;
        if (Count == 0)
        {
            _head = _tail = _head.Size == Smallest ? _head : new Chunk(Smallest);
            _head.Clear();
        }
        else if (_head.IsEmpty)
        {
            _head = _head.Next!;
        }

        return true;
    }

    /// <summary>Enumerates the elements, oldest first. The queue must not change meanwhile.</summary>
    public Enumerator GetEnumerator() => new(_head);

    internal struct Enumerator
    {
        private Chunk? _chunk;
        private int _index;

        internal Enumerator(Chunk head)
        {
            _chunk = head;
            _index = head.First - 1;
        }

        public readonly T Current => _chunk![_index];

        public bool MoveNext()
        {
            _index++;
            if (_chunk is not null && _index == _chunk.End)
            {
                _chunk = _chunk.Next;
                _index = 0;
            }

            return _chunk is not null && _index < _chunk.End;
        }
    }

    internal sealed class Chunk(int size)
    {
        private readonly T[] _elements = new T[size];

        internal int Size => _elements.Length;

        internal int First { get; private set; }

        internal int End { get; private set; }

        internal Chunk? Next { get; set; }

        internal bool IsEmpty => First == End;

        internal bool IsFull => End == _elements.Length;

        internal T this[int index] => _elements[index];

        internal void Add(T element) => _elements[End++] = element;

        internal T Take()
        {
            T element = _elements[First];
            _elements[First++] = default!;
            return element;
        }

        internal void Clear() => First = End = 0;
    }
}
