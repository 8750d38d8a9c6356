using System;
using System.Buffers;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace Akka.Reactor.Buffers;

/// <summary>
/// A part of a file. The file is opened when the first piece is asked for. Every piece is read here, off the loop, even if the
/// system later sends it directly from the file: so the loop never waits for a disk.
/// </summary>
internal sealed class FileSource : IByteSource
{
    // A piece in memory occupies a buffer until the peer has taken it; to hold a range of the file costs nothing.
    private const int PieceSize = 64 * 1024;
    private const int RangeSize = 256 * 1024;

    [ThreadStatic]
    private static byte[]? s_readAhead;

    private readonly string _path;
    private readonly long? _count;
    private readonly bool _asRanges;
    private SafeFileHandle? _file;
    private byte[]? _buffer;
    private long _next;
    private long _end;

    /// <param name="path">A regular file.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="count">The length of the part. Null means up to the end that the file has when it is opened.</param>
    /// <param name="asRanges">Whether pieces are ranges of the file instead of memory.</param>
    internal FileSource(string path, long offset, long? count, bool asRanges)
    {
        _path = path;
        _next = offset;
        _count = count;
        _asRanges = asRanges;
    }

    public ValueTask<Piece> NextAsync(CancellationToken cancel) => new(Next());

    public ValueTask DisposeAsync()
    {
        _file?.Dispose();
        return default;
    }

    /// <summary>
    /// Returns the exception for a file that has become shorter: the system finds no bytes at the place of this range.
    /// </summary>
    internal static Exception Shrank(in FileRange file) => Ended(file.Offset, file.Offset + file.Count);

    private Piece Next()
    {
        _file ??= Open();
        long left = _end - _next;
        if (left == 0)
        {
            return Piece.End;
        }

        int size = (int)Math.Min(left, _asRanges ? RangeSize : PieceSize);
        byte[] buffer = _asRanges ? s_readAhead ??= new byte[RangeSize] : _buffer ??= new byte[PieceSize];
        int read = Read(_file, buffer.AsSpan(0, size));
        long offset = _next;
        _next += read;
        return _asRanges
            ? new Piece(new FileRange(_file, offset, read))
            : new Piece(new ReadOnlySequence<byte>(buffer, 0, read));
    }

    private SafeFileHandle Open()
    {
        SafeFileHandle file = File.OpenHandle(
            _path,
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );
        try
        {
            long length = RandomAccess.GetLength(file);
            long end = _count is { } count ? _next + count : Math.Max(length, _next);
            if (end > length)
            {
                throw new EndOfStreamException($"it has {length} bytes, but the part to send ends at {end}");
            }

            _end = end;
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private int Read(SafeFileHandle file, Span<byte> room)
    {
        int read = RandomAccess.Read(file, room, _next);
        return read > 0 ? read : throw Ended(_next, _end);
    }

    private static EndOfStreamException Ended(long at, long wanted) =>
        new($"it ended at {at} bytes, but the part to send ends at {wanted}");
}
