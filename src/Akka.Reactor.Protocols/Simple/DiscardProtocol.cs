using System.Buffers;
using Akka.Actor;
using Akka.Configuration;
using Akka.Reactor.Configuration;

namespace Akka.Reactor.Protocols;

/// <summary>Throws away what it receives and answers nothing, until the peer finishes (RFC 863). It has no options.</summary>
public sealed class DiscardProtocol : ProtocolActor, IConfiguredProtocol
{
    /// <inheritdoc/>
    public static Props FromConfig(Config options, string path, ActorSystem system)
    {
        SettingsReader.OfBlock(options, path).RejectUnknown();
        return Props.Create<DiscardProtocol>();
    }

    /// <inheritdoc/>
    protected override long OnReceived(ReadOnlySequence<byte> data) => data.Length;
}
