using System.Buffers;

namespace Akka.Reactor.Protocols.Framings;

/// <summary>No framing: what has arrived. Pure.</summary>
internal sealed class RawFraming : Framing
{
    public override ReadOnlySequence<byte> Encode(ReadOnlySequence<byte> frame) => frame;

    internal override FrameCut Cut(in ReadOnlySequence<byte> data, int most) => FrameCut.Of(data, data.Length);
}
