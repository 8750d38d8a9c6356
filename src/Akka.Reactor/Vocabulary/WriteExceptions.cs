using System;

namespace Akka.Reactor;

/// <summary>
/// A write did not fit into the outbound queue (<c>write-queue-limit</c>), or it came after a write that was refused or failed and
/// before <see cref="Writable"/>. No byte of the write was sent.
/// </summary>
public sealed class WriteRefusedException : ReactorException
{
    /// <summary>
    /// Creates the exception. It is public for tests of a protocol, in which the transport answers a write with it.
    /// </summary>
    /// <param name="size">The number of bytes of the write.</param>
    /// <param name="queued">The number of bytes that were queued when the write was refused.</param>
    /// <param name="limit">The limit of the queue, in bytes.</param>
    public WriteRefusedException(long size, long queued, long limit)
        : base(
            $"A write of {size} bytes was refused: {queued} of at most {limit} bytes are queued (every write counts as 128 bytes more "
                + "than its size), or an earlier write was refused or failed and Writable has not been received yet."
        )
    {
        Queued = queued;
        Limit = limit;
    }

    /// <summary>
    /// The number of bytes that were queued when the write was refused; every write counts as 128 bytes more than its size. 0 if
    /// the protocol refused the write before it reached the queue.
    /// </summary>
    public long Queued { get; }

    /// <summary>The limit of the queue, in bytes. 0 if the protocol refused the write before it reached the queue.</summary>
    public long Limit { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.Aborted;
}

/// <summary>
/// A write is larger than the outbound queue may ever be (<c>write-queue-limit</c>), so it can never be accepted. No byte of the
/// write was sent. No <see cref="Writable"/> follows, unless other writes were refused after it. Write the data in parts, as a
/// <see cref="WriteFrom"/> or <see cref="WriteFile"/>, or raise the limit.
/// </summary>
public sealed class WriteTooLargeException : ReactorException
{
    /// <summary>
    /// Creates the exception. It is public for tests of a protocol, in which the transport answers a write with it.
    /// </summary>
    /// <param name="size">The number of bytes of the write.</param>
    /// <param name="limit">The limit of the queue, in bytes.</param>
    public WriteTooLargeException(long size, long limit)
        : base(
            $"A write of {size} bytes is larger than write-queue-limit, which is {limit} bytes: it can never be accepted. "
                + "Write the data in parts or from a source (WriteFrom, WriteFile), or raise the limit."
        )
    {
        Size = size;
        Limit = limit;
    }

    /// <summary>The number of bytes of the write.</summary>
    public long Size { get; }

    /// <summary>The limit of the queue, in bytes.</summary>
    public long Limit { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.Aborted;
}

/// <summary>
/// The source of a <see cref="WriteFile"/> or <see cref="WriteFrom"/> failed: a file could not be opened, was shorter than asked
/// for or shrank while it was sent, or a producer threw an exception. <see cref="Exception.InnerException"/> is the source's own
/// exception.
/// </summary>
public sealed class WriteSourceException : ReactorException
{
    /// <param name="path">The file; null for a producer.</param>
    /// <param name="sent">The number of bytes of the write that the kernel has.</param>
    /// <param name="cause">The source's own exception.</param>
    internal WriteSourceException(string? path, long sent, Exception cause)
        : base(
            path is null
                ? $"The producer failed after {sent} bytes were sent: {cause.Message}"
                : $"Sending {path} failed after {sent} bytes were sent: {cause.Message}",
            cause
        )
    {
        Path = path;
        Sent = sent;
    }

    /// <summary>The file of a <see cref="WriteFile"/>; null for the producer of a <see cref="WriteFrom"/>.</summary>
    public string? Path { get; }

    /// <summary>The number of bytes of the write that the kernel has. The peer will see them.</summary>
    public long Sent { get; }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.Aborted;
}

/// <summary>
/// A <see cref="ConnectionWriter"/> has ended because the protocol that had made it has handed the connection to another protocol. The
/// connection may live; the other protocol makes writers of its own.
/// </summary>
public sealed class ConnectionHandedOnException : ReactorException
{
    internal ConnectionHandedOnException()
        : base("The protocol has handed its connection to another protocol.") { }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.Requested;
}

/// <summary>
/// The write asked for a <see cref="IWriteCommand.DeliveredAck"/>, but this operating system does not report what a peer's TCP has
/// acknowledged. Only Linux does. No byte of the write was sent.
/// </summary>
public sealed class DeliveryNotSupportedException : ReactorException
{
    internal DeliveryNotSupportedException()
        : base("DeliveredAck is not supported here: only Linux reports which bytes a peer's TCP has acknowledged.") { }

    /// <inheritdoc/>
    public override FailureClass FailureClass => FailureClass.Aborted;
}
