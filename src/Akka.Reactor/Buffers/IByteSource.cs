using System;
using System.Buffers;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Win32.SafeHandles;

namespace Akka.Reactor.Buffers;

/// <summary>
/// Provides the bytes of a write that are not in memory yet. It is asked for one piece at a time, never by two callers
/// simultaneously, and never on a loop, because it may block. It is disposed once, when no caller asks any more.
/// </summary>
internal interface IByteSource : IAsyncDisposable
{
    /// <summary>
    /// Returns the next piece, or <see cref="Piece.End"/>. The source keeps the ownership of the piece's memory and leaves it
    /// unchanged until the next call or the disposal. An exception ends the write.
    /// </summary>
    ValueTask<Piece> NextAsync(CancellationToken cancel);
}

/// <summary>
/// A piece of a source: bytes in memory, or a range of an open file that the system sends directly from the file.
/// </summary>
internal readonly record struct Piece
{
    internal static readonly Piece End = new() { IsEnd = true };

    internal Piece(ReadOnlySequence<byte> data) => Data = data;

    internal Piece(FileRange file) => File = file;

    internal ReadOnlySequence<byte> Data { get; }

    internal FileRange File { get; }

    /// <summary>True if there are no more pieces.</summary>
    internal bool IsEnd { get; private init; }
}

/// <summary>A range of bytes in a file. The source owns the handle, which is open as long as the piece is valid.</summary>
internal readonly record struct FileRange(SafeFileHandle? Handle, long Offset, int Count);
