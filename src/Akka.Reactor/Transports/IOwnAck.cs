using Akka.Actor;

namespace Akka.Reactor.Transports;

/// <summary>
/// The acknowledgement of a write of a protocol's session for its own use, or for a <see cref="ConnectionWriter"/>. Neither the write nor
/// its answer reaches the author's code.
/// </summary>
internal interface IOwnAck : INoSerializationVerificationNeeded
{
    /// <summary>True for a write with such an acknowledgement.</summary>
    internal static bool IsIn(IWriteCommand write) => write is Write { Ack: IOwnAck };
}
