namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>The service of a server on a connection.</summary>
internal enum Service
{
    /// <summary>Sends back what it receives (RFC 862).</summary>
    Echo,

    /// <summary>Receives bytes and throws them away (RFC 863).</summary>
    Discard,

    /// <summary>Sends as fast as the peer reads (RFC 864), but sends zeros in place of the RFC's characters.</summary>
    Chargen,

    /// <summary>Passes connections on to another server.</summary>
    Relay,
}
