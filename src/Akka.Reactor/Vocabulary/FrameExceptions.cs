namespace Akka.Reactor;

/// <summary>
/// The peer has announced or sent a frame that is longer than allowed. A length that does not fit into a number counts as
/// <see cref="long.MaxValue"/>.
/// </summary>
public sealed class FrameTooLongException : PeerViolationException
{
    /// <summary>Creates the exception. It is public for protocols that find frames by themselves.</summary>
    /// <param name="length">The number of bytes in the frame, without its header or terminator, as far as it is known.</param>
    /// <param name="maximum">The number of bytes that are allowed.</param>
    public FrameTooLongException(long length, long maximum)
        : this(length, maximum, $"A frame has {length} bytes or more; at most {maximum} are allowed.") { }

    private FrameTooLongException(long length, long maximum, string message)
        : base(message)
    {
        Length = length;
        Maximum = maximum;
    }

    /// <summary>The number of bytes in the frame; if its end has not been found, the number of bytes before that end is at least this.</summary>
    public long Length { get; }

    /// <summary>
    /// The number of bytes that are allowed: <c>MaxFrameLength</c> of the protocol, or <see cref="ConnectionOptions.MaxUnread"/> for a frame
    /// that is longer than this together with its header.
    /// </summary>
    public long Maximum { get; }

    /// <summary>A frame, with its header, that can never be there as a whole.</summary>
    internal static FrameTooLongException ForUnread(long length, int maxUnread) =>
        new(
            length,
            maxUnread,
            $"A frame has {length} bytes with its header; max-unread is {maxUnread} bytes, so it can never be received as a whole."
        );
}

/// <summary>The peer has sent bytes that are no frame: a length that is negative or malformed, or a wrong end.</summary>
public sealed class MalformedFrameException : PeerViolationException
{
    /// <summary>Creates the exception. It is public for protocols that find frames by themselves.</summary>
    /// <param name="message">One sentence for the log that names the error. Bytes of the peer must be escaped in it.</param>
    public MalformedFrameException(string message)
        : base(message) { }
}
