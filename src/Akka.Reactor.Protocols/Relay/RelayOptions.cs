using System.Collections.Generic;

namespace Akka.Reactor.Protocols;

/// <summary>Where a relay passes connections on to, and what else it does. Immutable: one instance serves any number of them.</summary>
/// <param name="EndPoints">
/// At least one of <c>tcp://HOST:PORT</c>, <c>tls://HOST:PORT</c> and <c>unix:/PATH</c>; the first that can be connected is used.
/// </param>
public sealed record RelayOptions(IReadOnlyList<string> EndPoints)
{
    /// <summary>Whether what passes is logged, as INFO. Default: it is not.</summary>
    public bool Tap { get; init; }

    /// <summary>
    /// In which form the server is told, ahead of everything else and below TLS, who has connected to the relay, and to which of
    /// its addresses: a PROXY header. Null, the default: it is not told.
    /// </summary>
    public ProxyProtocolVersion? ProxyProtocol { get; init; }
}
