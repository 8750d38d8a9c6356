using System;
using System.Buffers;

namespace Akka.Reactor.Protocols.Framings;

/// <summary>Frames of one length. Pure.</summary>
internal sealed class CountFraming : Framing
{
    private readonly int _count;

    internal CountFraming(int count) =>
        _count =
            count >= 1
                ? count
                : throw new ArgumentOutOfRangeException(nameof(count), count, "A frame must have at least 1 byte.");

    public override ReadOnlySequence<byte> Encode(ReadOnlySequence<byte> frame) =>
        frame.Length == _count
            ? frame
            : throw new ArgumentException($"The frame has {frame.Length} bytes instead of {_count}.", nameof(frame));

    internal override FrameCut Cut(in ReadOnlySequence<byte> data, int most) => Behind(0, (ulong)_count, data, most);
}
