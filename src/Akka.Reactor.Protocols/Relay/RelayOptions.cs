using System.Collections.Generic;

namespace Akka.Reactor.Protocols;

/// <summary>
/// The end points to which a relay passes connections on, and its other options. Immutable: one instance serves any number of
/// relays.
/// </summary>
/// <param name="EndPoints">
/// At least one of <c>tcp://HOST:PORT</c>, <c>tls://HOST:PORT</c> and <c>unix:/PATH</c>. The relay uses the first end point to
/// which it can connect.
/// </param>
public sealed record RelayOptions(IReadOnlyList<string> EndPoints)
{
    /// <summary>Whether the relayed bytes are logged, as INFO. Default: false.</summary>
    public bool Tap { get; init; }

    /// <summary>
    /// The version of the PROXY header that the relay sends to the server before all other bytes and below TLS. The header
    /// contains the address of the peer that has connected to the relay, and the address of the relay to which it has
    /// connected. Default: null, no header is sent.
    /// </summary>
    public ProxyProtocolVersion? ProxyProtocol { get; init; }
}
