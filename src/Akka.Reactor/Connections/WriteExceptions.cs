using System;

namespace Akka.Reactor;

/// <summary>A write did not fit the outbound queue, or came after one that did not. No byte of it was sent.</summary>
public sealed class WriteRefusedException : ReactorException
{
    /// <summary>Says how full the queue is.</summary>
    public WriteRefusedException(long size, long queued, long limit)
        : base(
            $"A write of {size} bytes was refused: {queued} of at most {limit} bytes are queued, or an earlier write was "
                + "refused or failed and Writable has not come yet."
        )
    {
        Queued = queued;
        Limit = limit;
    }

    /// <summary>Bytes queued when it was refused.</summary>
    public long Queued { get; }

    /// <summary>The queue's limit in bytes.</summary>
    public long Limit { get; }
}

/// <summary>The bytes of a write could not be had. Its leaves say from where.</summary>
public abstract class WriteSourceException : ReactorException
{
    /// <summary>Says what failed and how much had been sent.</summary>
    protected WriteSourceException(string message, long sent, Exception cause)
        : base(message, cause)
    {
        Sent = sent;
    }

    /// <summary>How many bytes of the write the kernel has: the peer will see them.</summary>
    public long Sent { get; }
}

/// <summary>A file could not be opened, was shorter than asked for, or shrank while it was sent.</summary>
public sealed class FileNotSentException : WriteSourceException
{
    /// <summary>Names the file, the reason and how much had been sent.</summary>
    public FileNotSentException(string path, long sent, Exception cause)
        : base($"{path} was not sent beyond {sent} bytes: {cause?.Message}", sent, cause!)
    {
        Path = path;
    }

    /// <summary>The file.</summary>
    public string Path { get; }
}

/// <summary>The producer of a <see cref="WriteFrom"/> threw.</summary>
public sealed class ProducerFailedException : WriteSourceException
{
    /// <summary>Names the producer's reason and how much had been sent.</summary>
    public ProducerFailedException(long sent, Exception cause)
        : base($"The producer failed after {sent} bytes were sent: {cause?.Message}", sent, cause!) { }
}

/// <summary>This operating system does not tell what a peer has acknowledged.</summary>
public sealed class DeliveryNotSupportedException : ReactorException
{
    /// <summary>Says so.</summary>
    public DeliveryNotSupportedException()
        : base("DeliveredAck is not supported here: only Linux tells what a peer's TCP has acknowledged.") { }
}
