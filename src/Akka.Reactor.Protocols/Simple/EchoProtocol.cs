using System.Buffers;

namespace Akka.Reactor.Protocols;

/// <summary>
/// Sends back what it receives, until the peer finishes (RFC 862). A peer that sends and does not read is held back by
/// <see cref="ConnectionOptions.HighWater"/>. It has no options.
/// </summary>
public sealed class EchoProtocol : ProtocolActor
{
    /// <inheritdoc/>
    protected override long OnReceived(ReadOnlySequence<byte> data)
    {
        Write(data);
        return data.Length;
    }
}
