using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.IO.Pipelines;
using Akka.Reactor.Buffers;

namespace Akka.Reactor;

/// <summary>
/// What puts bytes into the outbound stream, in the order told. Answered with <see cref="Ack"/>, told to the sender once
/// the kernel has every byte, or with one <see cref="WriteFailed"/>; never with both. With no sender the answer goes to the
/// transport's owner; with no <see cref="Ack"/> success is silent.
/// </summary>
public interface IWriteCommand : ITransportCommand
{
    /// <summary>Any object of the sender's, or null.</summary>
    object? Ack { get; }

    /// <summary>
    /// Any object of the sender's, told to it after <see cref="Ack"/> once the peer's TCP has acknowledged every byte; or
    /// <see cref="DeliveryUnknown"/> where the connection ends before that is known. It says nothing of what the peer's
    /// application has read. Looked after at most 20 times a second, and only while such an answer is owed. Linux only:
    /// elsewhere the write fails with <see cref="DeliveryNotSupportedException"/>, and no byte of it is sent.
    /// </summary>
    object? DeliveredAck { get; }
}

/// <summary>Send these bytes after everything accepted before.</summary>
/// <param name="Data">The bytes. The memory must not change until the write is answered or the transport closed.</param>
/// <param name="Ack">Any object of the sender's, or null.</param>
public sealed record Write(ReadOnlySequence<byte> Data, object? Ack = null) : IWriteCommand
{
    /// <summary>A write of one piece of memory.</summary>
    public Write(ReadOnlyMemory<byte> data, object? ack = null)
        : this(new ReadOnlySequence<byte>(data), ack) { }

    /// <inheritdoc/>
    public object? DeliveredAck { get; init; }

    /// <summary>
    /// Of a layer's write: the write above it that this one carries. Such a write is never refused for the queue's limit
    /// (its bytes are already part of the layer's stream); the layer refuses above instead.
    /// </summary>
    internal object? Carries { get; init; }
}

/// <summary>
/// Send a part of a file after everything accepted before. It is read off the loop, a piece at a time and no faster than the
/// peer takes it, and on Linux sent by the kernel itself where no layer is between. A file that cannot be opened, is shorter
/// than asked for or shrinks meanwhile fails the write with <see cref="WriteSourceException"/>; what was written after it is
/// then refused, until <see cref="Writable"/>.
/// </summary>
/// <param name="Path">A regular file. It is opened when its turn comes.</param>
/// <param name="Offset">Where the part begins, in bytes.</param>
/// <param name="Count">How many bytes; null: to the end as it is when the file is opened.</param>
/// <param name="Ack">Any object of the sender's, or null.</param>
public sealed record WriteFile(string Path, long Offset = 0, long? Count = null, object? Ack = null) : IWriteCommand
{
    /// <summary>Where the part begins, in bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public long Offset { get; init; } =
        Offset >= 0 ? Offset : throw new ArgumentOutOfRangeException(nameof(Offset), Offset, "It must be 0 or more.");

    /// <summary>How many bytes; null: to the end as it is when the file is opened.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public long? Count { get; init; } =
        Count is null or >= 0
            ? Count
            : throw new ArgumentOutOfRangeException(nameof(Count), Count, "It must be 0 or more, or null.");

    /// <inheritdoc/>
    public object? DeliveredAck { get; init; }
}

/// <summary>
/// Send what a producer yields after everything accepted before. It is asked for one piece at a time, off the loop, each
/// when the kernel has the one before: so it is pulled only as fast as the peer reads. What it throws fails the write with
/// <see cref="WriteSourceException"/>; what was written after it is then refused, until <see cref="Writable"/>.
/// </summary>
/// <remarks>
/// An accepted producer belongs to the transport: it is disposed (a pipe completed) when the write is answered or the
/// transport closed. A refused one was not touched and may be offered again.
/// </remarks>
public sealed record WriteFrom : IWriteCommand
{
    /// <summary>From a sequence of pieces. A piece must not change until the next one is asked for.</summary>
    public WriteFrom(IEnumerable<ReadOnlyMemory<byte>> pieces, object? ack = null)
        : this(new SequenceSource(pieces ?? throw new ArgumentNullException(nameof(pieces))), ack) { }

    /// <inheritdoc cref="WriteFrom(IEnumerable{ReadOnlyMemory{byte}}, object?)"/>
    public WriteFrom(IAsyncEnumerable<ReadOnlyMemory<byte>> pieces, object? ack = null)
        : this(new AsyncSequenceSource(pieces ?? throw new ArgumentNullException(nameof(pieces))), ack) { }

    /// <summary>From a stream, to its end; it is disposed then.</summary>
    public WriteFrom(Stream stream, object? ack = null)
        : this(new StreamSource(stream ?? throw new ArgumentNullException(nameof(stream))), ack) { }

    /// <summary>From a pipe, to its end; the reader is completed then.</summary>
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
