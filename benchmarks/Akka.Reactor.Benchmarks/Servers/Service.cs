namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>What a server does with a connection.</summary>
internal enum Service
{
    /// <summary>Sends back what it receives (RFC 862).</summary>
    Echo,

    /// <summary>Receives and throws away (RFC 863).</summary>
    Discard,

    /// <summary>Sends as fast as the peer reads (RFC 864); not the RFC's characters, but zeros.</summary>
    Chargen,

    /// <summary>Passes connections on to another server.</summary>
    Relay,
}
