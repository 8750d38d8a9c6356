using System.Buffers;

namespace Akka.Reactor.Protocols;

/// <summary>Throws away what it receives and answers nothing, until the peer finishes (RFC 863). It has no options.</summary>
public sealed class DiscardProtocol : ProtocolActor
{
    /// <inheritdoc/>
    protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
}
