using System;
using System.Buffers;
using System.Runtime.InteropServices;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// Gathers ciphertext until it is taken. Its arrays come from the shared pool and are sized for the expected number of bytes.
/// The receiver of the arrays may keep them permanently or give them back. Nothing is kept between takes, so an idle connection
/// holds no output buffer.
/// </summary>
internal sealed class TlsOutput
{
    private const int MaxChunk = 64 * 1024;

    private ByteSegment? _head;
    private ByteSegment? _tail;
    private byte[] _chunk = [];
    private int _used;
    private long _expected;

    public bool IsEmpty => _used == 0 && _head is null;

    /// <summary>Announces the total number of bytes that will be appended.</summary>
    public void Expect(long bytes) => _expected = bytes;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _chunk.Length - _used)
        {
            Seal();
            _chunk = ArrayPool<byte>.Shared.Rent((int)Math.Max(bytes.Length, Math.Min(_expected, MaxChunk)));
        }

        bytes.CopyTo(_chunk.AsSpan(_used));
        _used += bytes.Length;
        _expected = Math.Max(0, _expected - bytes.Length);
    }

    public ReadOnlySequence<byte> Take()
    {
        if (_head is null)
        {
            var single = new ReadOnlySequence<byte>(_chunk, 0, _used);
            _chunk = [];
            _used = 0;
            return single;
        }

        Seal();
        var chain = new ReadOnlySequence<byte>(_head, 0, _tail!, _tail!.Memory.Length);
        _head = null;
        _tail = null;
        return chain;
    }

    /// <summary>
    /// Gives back the memory that <see cref="Take"/> has returned. Nobody may use this memory any more. Can be called on any
    /// thread.
    /// </summary>
    public static void Release(in ReadOnlySequence<byte> taken)
    {
        foreach (ReadOnlyMemory<byte> piece in taken)
        {
            if (MemoryMarshal.TryGetArray(piece, out ArraySegment<byte> segment) && segment.Count > 0)
            {
                ArrayPool<byte>.Shared.Return(segment.Array!);
            }
        }
    }

    private void Seal()
    {
        if (_used > 0)
        {
            var memory = new ReadOnlyMemory<byte>(_chunk, 0, _used);
            _tail = _tail is null ? _head = new ByteSegment(memory) : _tail.Append(memory);
        }

        _chunk = [];
        _used = 0;
    }
}
