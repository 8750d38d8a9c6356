using System.Buffers;

namespace Akka.Reactor.Protocols;

/// <summary>Discards all received bytes and sends nothing, until the peer finishes (RFC 863). It has no options.</summary>
public sealed class DiscardProtocol : ProtocolActor
{
    /// <inheritdoc/>
    protected override bool KeepsReceived => false;

    /// <inheritdoc/>
    protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
}
