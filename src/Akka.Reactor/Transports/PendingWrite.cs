using System.Buffers;
using System.Collections.Generic;
using Akka.Actor;
using Akka.Reactor.Buffers;

namespace Akka.Reactor.Transports;

/// <summary>A write that a transport has accepted or refused, and the actor that receives the answer.</summary>
internal readonly record struct PendingWrite(IWriteCommand Write, IActorRef Sender)
{
    /// <summary>Returns the answer to a write that will not complete, whose memory is not used any more.</summary>
    internal WriteFailed Fail(ReactorException cause)
    {
        Release();
        return new WriteFailed(Write, cause);
    }

    /// <inheritdoc cref="LayerWrite.Release"/>
    internal void Release() => (Write as LayerWrite)?.Release();

    /// <summary>Returns the bytes of writes that are in memory, in order. Small ones are copied together.</summary>
    internal static ReadOnlySequence<byte> DataOf(IReadOnlyList<PendingWrite> writes)
    {
        if (writes is [{ Write: Write only }])
        {
            return only.Data;
        }

        InboundBuffer joined = new();
        foreach (PendingWrite write in writes)
        {
            joined.Append(((Write)write.Write).Data);
        }

        return joined.Sequence;
    }
}
