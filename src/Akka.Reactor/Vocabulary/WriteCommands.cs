using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.IO.Pipelines;
using Akka.Reactor.Buffers;

namespace Akka.Reactor;

/// <summary>
/// A command that puts bytes into the outbound stream, in the order in which the commands are sent. The sender of the command
/// receives <see cref="Ack"/> when the kernel has every byte of the write, or one <see cref="WriteFailed"/>; never both. If there
/// is no sender, the owner of the transport receives the answer. If there is no <see cref="Ack"/>, success is not reported.
/// </summary>
public interface IWriteCommand : ITransportCommand
{
    /// <summary>Any object that the sender chooses, or null.</summary>
    object? Ack { get; }

    /// <summary>
    /// Any object that the sender chooses, or null. The sender receives it after <see cref="Ack"/>, when the peer's TCP has
    /// acknowledged every byte of the write, or receives <see cref="DeliveryUnknown"/> if the connection ends before that is known.
    /// The acknowledgement does not mean that the peer's application has read the bytes. The transport looks for acknowledgements
    /// at most 20 times per second, and only while it owes such an answer. Linux only: on other systems the write fails with
    /// <see cref="DeliveryNotSupportedException"/>, and no byte of it is sent.
    /// </summary>
    object? DeliveredAck { get; }
}

/// <summary>Sends the given bytes after everything that was accepted before.</summary>
/// <param name="Data">The bytes. The memory must not change until the write is answered or the transport is closed.</param>
/// <param name="Ack">Any object that the sender chooses, or null.</param>
public record Write(ReadOnlySequence<byte> Data, object? Ack = null) : IWriteCommand
{
    /// <summary>Creates a write of one piece of memory.</summary>
    public Write(ReadOnlyMemory<byte> data, object? ack = null)
        : this(new ReadOnlySequence<byte>(data), ack) { }

    /// <inheritdoc/>
    public object? DeliveredAck { get; init; }

    /// <summary>
    /// True if the bytes have their place in the stream already: no transport refuses them, whatever waits, and none leaves them out.
    /// </summary>
    internal virtual bool IsNeverRefused => false;
}

/// <summary>
/// Sends a part of a file after everything that was accepted before. The file is read off the loop, one piece at a time and no
/// faster than the peer takes it. On Linux the kernel itself sends the file if there is no layer between. If the file cannot be
/// opened, is shorter than asked for, or shrinks during the write, the write fails with <see cref="WriteSourceException"/>. The
/// writes behind it are then refused until <see cref="Writable"/>.
/// </summary>
/// <param name="Path">The path of a regular file. The file is opened when the turn of this write comes.</param>
/// <param name="Offset">The position at which the part begins, in bytes.</param>
/// <param name="Count">The number of bytes. Null: up to the end that the file has when it is opened.</param>
/// <param name="Ack">Any object that the sender chooses, or null.</param>
public sealed record WriteFile(string Path, long Offset = 0, long? Count = null, object? Ack = null) : IWriteCommand
{
    /// <summary>The position at which the part begins, in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Offset { get; init; } =
        Offset >= 0
            ? Offset
            : throw new ArgumentOutOfRangeException(nameof(Offset), Offset, "The offset must be 0 or more.");

    /// <summary>The number of bytes. Null: up to the end that the file has when it is opened.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long? Count { get; init; } =
        Count is null or >= 0
            ? Count
            : throw new ArgumentOutOfRangeException(nameof(Count), Count, "The count must be 0 or more, or null.");

    /// <inheritdoc/>
    public object? DeliveredAck { get; init; }
}

/// <summary>
/// Sends the bytes that a producer yields, after everything that was accepted before. The producer is asked for one piece at a
/// time, off the loop, and for the next piece only when the kernel has the one before. So the producer is asked only as fast as the
/// peer reads. If the producer throws an exception, the write fails with <see cref="WriteSourceException"/>. The writes behind it
/// are then refused until <see cref="Writable"/>.
/// </summary>
/// <remarks>
/// An accepted producer belongs to the transport: the producer is disposed (a pipe is completed) when the write is answered or the
/// transport is closed. A refused producer was not touched and may be offered again.
/// </remarks>
public sealed record WriteFrom : IWriteCommand
{
    /// <summary>Creates a write from a sequence of pieces. A piece must not change until the next piece is asked for.</summary>
    public WriteFrom(IEnumerable<ReadOnlyMemory<byte>> pieces, object? ack = null)
        : this(new SequenceSource(pieces ?? throw new ArgumentNullException(nameof(pieces))), ack) { }

    /// <inheritdoc cref="WriteFrom(IEnumerable{ReadOnlyMemory{byte}}, object?)"/>
    public WriteFrom(IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, object? ack = null)
        : this(new AsyncSequenceSource(pieces ?? throw new ArgumentNullException(nameof(pieces))), ack) { }

    /// <summary>Creates a write from a stream, which is read to its end and then disposed.</summary>
    public WriteFrom(Stream stream, object? ack = null)
        : this(new StreamSource(stream ?? throw new ArgumentNullException(nameof(stream))), ack) { }

    /// <summary>Creates a write from a pipe, which is read to its end; the reader is then completed.</summary>
    public WriteFrom(PipeReader reader, object? ack = null)
        : this(new PipeSource(reader ?? throw new ArgumentNullException(nameof(reader))), ack) { }

    private WriteFrom(IByteSource source, object? ack)
    {
        Source = source;
        Ack = ack;
    }

    /// <inheritdoc/>
    public object? Ack { get; init; }

    /// <inheritdoc/>
    public object? DeliveredAck { get; init; }

    internal IByteSource Source { get; }
}
