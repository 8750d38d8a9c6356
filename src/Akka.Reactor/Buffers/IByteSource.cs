using System;
using System.Buffers;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace Akka.Reactor.Buffers;

/// <summary>
/// Where the bytes of a write come from when they are not there yet. Asked for one piece at a time, never by two at once
/// and never on a loop: it may block. Disposed once, when nobody asks any more.
/// </summary>
internal interface IByteSource : IAsyncDisposable
{
    /// <summary>
    /// The next piece, or <see cref="Piece.End"/>. Its memory stays the source's, and stays as it is until the next call
    /// or the disposal. What it throws is the end of the write.
    /// </summary>
    ValueTask<Piece> NextAsync(CancellationToken cancel);
}

/// <summary>A piece of a source: bytes in memory, or a range of an open file for the system to send by itself.</summary>
internal readonly record struct Piece
{
    internal static readonly Piece End = new() { IsEnd = true };

    internal Piece(ReadOnlySequence<byte> data) => Data = data;

    internal Piece(FileRange file) => File = file;

    internal ReadOnlySequence<byte> Data { get; }

    internal FileRange File { get; }

    /// <summary>There is no more.</summary>
    internal bool IsEnd { get; private init; }
}

/// <summary>Bytes of a file. The handle is the source's, and open as long as the piece is good.</summary>
internal readonly record struct FileRange(SafeFileHandle? Handle, long Offset, int Count);
