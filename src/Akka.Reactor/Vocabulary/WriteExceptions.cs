using System;

namespace Akka.Reactor;

/// <summary>
/// A write did not fit the outbound queue (<c>write-queue-limit</c>), or came after one that did not and before
/// <see cref="Writable"/>. No byte of it was sent.
/// </summary>
public sealed class WriteRefusedException : ReactorException
{
    /// <summary>For tests of a protocol, whose transport answers a write with it.</summary>
    /// <param name="size">Bytes of the write.</param>
    /// <param name="queued">What was queued when the write was refused, in bytes.</param>
    /// <param name="limit">The queue's limit in bytes.</param>
    public WriteRefusedException(long size, long queued, long limit)
        : base(
            $"A write of {size} bytes was refused: {queued} of at most {limit} bytes are queued (every write counts as 128 bytes more "
                + "than it has), or an earlier write was refused or failed and Writable has not come yet."
        )
    {
        Queued = queued;
        Limit = limit;
    }

    /// <summary>What was queued when the write was refused, in bytes; every write counts as 128 more than it has.</summary>
    public long Queued { get; }

    /// <summary>The queue's limit in bytes.</summary>
    public long Limit { get; }
}

/// <summary>
/// A write is larger than the outbound queue may ever be (<c>write-queue-limit</c>), so that it could never be accepted; no byte of it
/// was sent. No <see cref="Writable"/> follows, unless other writes were refused behind it. Write it in parts, as
/// <see cref="WriteFrom"/> or <see cref="WriteFile"/>, or raise the limit.
/// </summary>
public sealed class WriteTooLargeException : ReactorException
{
    /// <summary>For tests of a protocol, whose transport answers a write with it.</summary>
    /// <param name="size">Bytes of the write.</param>
    /// <param name="limit">The queue's limit in bytes.</param>
    public WriteTooLargeException(long size, long limit)
        : base(
            $"A write of {size} bytes is larger than write-queue-limit, which is {limit} bytes: it can never be accepted. "
                + "Write it in parts or from a source (WriteFrom, WriteFile), or raise the limit."
        )
    {
        Size = size;
        Limit = limit;
    }

    /// <summary>Bytes of the write.</summary>
    public long Size { get; }

    /// <summary>The queue's limit in bytes.</summary>
    public long Limit { get; }
}

/// <summary>
/// The source of a <see cref="WriteFile"/> or <see cref="WriteFrom"/> failed: a file could not be opened, was shorter than asked for
/// or shrank while it was sent, or a producer threw. <see cref="Exception.InnerException"/> is the source's own exception.
/// </summary>
public sealed class WriteSourceException : ReactorException
{
    /// <param name="path">The file; null for a producer.</param>
    /// <param name="sent">How many bytes of the write the kernel has.</param>
    /// <param name="cause">The source's own exception.</param>
    internal WriteSourceException(string? path, long sent, Exception cause)
        : base(
            path is null
                ? $"The producer failed after {sent} bytes were sent: {cause.Message}"
                : $"{path} was not sent beyond {sent} bytes: {cause.Message}",
            cause
        )
    {
        Path = path;
        Sent = sent;
    }

    /// <summary>The file of a <see cref="WriteFile"/>; null for the producer of a <see cref="WriteFrom"/>.</summary>
    public string? Path { get; }

    /// <summary>How many bytes of the write the kernel has: the peer will see them.</summary>
    public long Sent { get; }
}

/// <summary>
/// The write asked for a <see cref="IWriteCommand.DeliveredAck"/>, and this operating system does not tell what a peer's TCP has
/// acknowledged: only Linux does. No byte of the write was sent.
/// </summary>
public sealed class DeliveryNotSupportedException : ReactorException
{
    internal DeliveryNotSupportedException()
        : base("DeliveredAck is not supported here: only Linux tells what a peer's TCP has acknowledged.") { }
}
