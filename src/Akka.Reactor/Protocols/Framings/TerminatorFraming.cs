using System;
using System.Buffers;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Protocols.Framings;

/// <summary>Frames that end with certain bytes. Pure.</summary>
internal sealed class TerminatorFraming : Framing
{
    private readonly byte[] _terminator;

    internal TerminatorFraming(ReadOnlySpan<byte> terminator)
    {
        if (terminator.IsEmpty)
        {
            throw new ArgumentException("A terminator has at least one byte.", nameof(terminator));
        }

        _terminator = terminator.ToArray();
    }

    public override ReadOnlySequence<byte> Encode(ReadOnlySequence<byte> frame)
    {
        ReadOnlySequence<byte> encoded = ByteSegment.Concat(frame, new ReadOnlySequence<byte>(_terminator));
        return TryFind(encoded, out ReadOnlySequence<byte> found) && found.Length == frame.Length
            ? encoded
            : throw new ArgumentException("The frame contains its terminator.", nameof(frame));
    }

    internal override FrameCut Cut(in ReadOnlySequence<byte> data, int most)
    {
        if (TryFind(data, out ReadOnlySequence<byte> frame))
        {
            return frame.Length > most
                ? FrameCut.TooLong(frame.Length, most)
                : FrameCut.Of(frame, frame.Length + _terminator.Length);
        }

        // All but the last bytes, with which the terminator may begin.
        long least = data.Length - (_terminator.Length - 1);
        return least > most ? FrameCut.TooLong(least, most) : FrameCut.Unknown;
    }

    private bool TryFind(in ReadOnlySequence<byte> data, out ReadOnlySequence<byte> before)
    {
        int at = data.FirstSpan.IndexOf(_terminator);
        if (at >= 0)
        {
            before = data.Slice(0, at);
            return true;
        }

        SequenceReader<byte> reader = new(data);
        before = default;
        return !data.IsSingleSegment && reader.TryReadTo(out before, _terminator);
    }
}
