using System;
using System.Buffers;

namespace Akka.Reactor.Protocols;

/// <summary>
/// A part of a message while it arrives. It copies the octets once, in runs, into chunks of its own. Slices of the receive
/// slabs would let a peer that sends three octets at a time, or only lines of dots, hold many times the size of its message in
/// memory.
/// </summary>
internal sealed class SmtpChunks
{
    private const int FirstChunk = 2 * 1024;

    // Arrays of this size do not go to the large object heap.
    private const int LargestChunk = 64 * 1024;

    private Chunk? _first;
    private Chunk? _last;
    private int _nextSize = FirstChunk;

    /// <summary>The number of octets appended since the last <see cref="Take"/> or <see cref="Clear"/>.</summary>
    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> octets)
    {
        Length += octets.Length;
        while (!octets.IsEmpty)
        {
            if (_last is not { Free: > 0 })
                Grow();
            int count = Math.Min(octets.Length, _last!.Free);
            _last.Append(octets[..count]);
            octets = octets[count..];
        }
    }

    /// <summary>Gives away all octets. Octets that are appended later go to other memory.</summary>
    public ReadOnlySequence<byte> Take()
    {
        ReadOnlySequence<byte> content = _first is null
            ? ReadOnlySequence<byte>.Empty
            : new ReadOnlySequence<byte>(_first, 0, _last!, _last!.Memory.Length);
        Drop();
        return content;
    }

    /// <summary>Drops all octets. The next chunk is small again.</summary>
    public void Clear()
    {
        Drop();
        _nextSize = FirstChunk;
    }

    private void Drop()
    {
        _first = _last = null;
        Length = 0;
    }

    private void Grow()
    {
        var chunk = new Chunk(_nextSize, _last);
        _nextSize = Math.Min(_nextSize * 2, LargestChunk);
        _first ??= chunk;
        _last = chunk;
    }

    private sealed class Chunk : ReadOnlySequenceSegment<byte>
    {
        private readonly byte[] _octets;
        private int _length;

        public Chunk(int size, Chunk? previous)
        {
            _octets = GC.AllocateUninitializedArray<byte>(size);
            if (previous is null)
                return;
            RunningIndex = previous.RunningIndex + previous._length;
            previous.Next = this;
        }

        public int Free => _octets.Length - _length;

        public void Append(ReadOnlySpan<byte> octets)
        {
            octets.CopyTo(_octets.AsSpan(_length));
            _length += octets.Length;
            Memory = _octets.AsMemory(0, _length);
        }
    }
}
