using System.Buffers;
using System.Runtime.InteropServices;

namespace Akka.Reactor.Protocols.Framings;

/// <summary>What a framing has found at the beginning of received bytes: a frame, the length of one, a violation, or nothing yet.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct FrameCut
{
    private FrameCut(in ReadOnlySequence<byte> frame, long length, bool isComplete, PeerViolationException? violation)
    {
        Frame = frame;
        Length = length;
        IsComplete = isComplete;
        Violation = violation;
    }

    /// <summary>The frame as its protocol gets it.</summary>
    internal ReadOnlySequence<byte> Frame { get; }

    /// <summary>The number of bytes with header and end; 0 while it is not known.</summary>
    internal long Length { get; }

    internal bool IsComplete { get; }

    internal PeerViolationException? Violation { get; }

    /// <summary>Not enough is there to know anything.</summary>
    internal static FrameCut Unknown => default;

    /// <summary>A frame and the number of bytes that it has with its header and its end.</summary>
    internal static FrameCut Of(in ReadOnlySequence<byte> frame, long length) => new(frame, length, true, null);

    /// <summary>The frame has so many bytes, and not all of them are there.</summary>
    internal static FrameCut Incomplete(long length) => new(default, length, false, null);

    internal static FrameCut TooLong(long length, int most) =>
        new(default, 0, false, new FrameTooLongException(length, most));

    internal static FrameCut Malformed(string message) => new(default, 0, false, new MalformedFrameException(message));
}
