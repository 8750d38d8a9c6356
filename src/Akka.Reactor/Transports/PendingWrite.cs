using Akka.Actor;

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
}
