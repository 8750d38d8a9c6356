using System;
using System.Buffers;
using System.Runtime.InteropServices;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// Gathers the plaintext of records that arrived together, in one array of the right size, so that it goes up as one piece. The
/// array is handed out permanently, unless its receiver gives it back. Nothing is kept between batches.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct TlsPlaintext
{
    private const int MaxBatch = 64 * 1024;

    private byte[]? _array;
    private int _used;

    public readonly bool IsEmpty => _used == 0;

    /// <summary>Returns whether a record with the given number of plaintext bytes still fits.</summary>
    public readonly bool HasRoom(int needed) => _array is not null && _array.Length - _used >= needed;

    /// <summary>
    /// Makes room for a record and for the complete records that follow it. Must be called only when this batch is empty.
    /// </summary>
    public void Allocate(int needed, ReadOnlySpan<byte> following, int overhead, ReceiveMemory? memory)
    {
        int size = needed + ToCome(following, overhead, MaxBatch - needed);
        _array = memory?.TryLease(size) ?? GC.AllocateUninitializedArray<byte>(size);
    }

    public readonly Memory<byte> Room(int needed) => _array.AsMemory(_used, needed);

    public void Commit(int count) => _used += count;

    public ReadOnlySequence<byte> Take()
    {
        var data = new ReadOnlySequence<byte>(_array ?? [], 0, _used);
        this = default;
        return data;
    }

    private static int ToCome(ReadOnlySpan<byte> rest, int overhead, int limit)
    {
        int total = 0;
        while (rest.Length >= TlsRecordReader.HeaderSize && rest[0] == TlsRecordReader.ApplicationData)
        {
            int payload = (rest[3] << 8) | rest[4];
            int plaintext = Math.Max(1, payload - overhead);
            if (rest.Length < TlsRecordReader.HeaderSize + payload || total + plaintext > limit)
            {
                break;
            }

            total += plaintext;
            rest = rest[(TlsRecordReader.HeaderSize + payload)..];
        }

        return total;
    }
}
