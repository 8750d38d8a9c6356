using System.Buffers;

namespace Akka.Reactor.Protocols;

/// <summary>
/// Sends all received bytes back, until the peer finishes (RFC 862). <see cref="ConnectionOptions.HighWater"/> holds back a
/// peer that sends and does not read. It has no options.
/// </summary>
public sealed class EchoProtocol : ProtocolActor
{
    /// <inheritdoc/>
    protected override bool KeepsReceived => false;

    /// <inheritdoc/>
    protected override long OnReceived(ReadOnlySequence<byte> data)
    {
        Write(data);
        return data.Length;
    }
}
