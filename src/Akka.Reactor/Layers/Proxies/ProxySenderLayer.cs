using Akka.Actor;

namespace Akka.Reactor.Layers.Proxies;

/// <summary>Sends a PROXY header ahead of everything else, and waits for nothing.</summary>
internal sealed class ProxySenderLayer(IActorRef lower, ProxyProtocolOptions options) : HandshakeLayer(lower)
{
    protected override void OnLowerConnected()
    {
        if (!IsGivenUp)
        {
            Send(ProxyProtocolHeader.Encode(options.Version, options.Addresses(Connection), options.Tlvs));
            Open();
        }
    }
}
