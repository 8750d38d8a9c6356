using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Reactor;

/// <summary>What a completed TLS handshake agreed on.</summary>
/// <param name="Protocol">TLS 1.2 or 1.3.</param>
/// <param name="CipherSuite">The cipher suite, by its IANA number and name.</param>
/// <param name="ApplicationProtocol">The protocol agreed by ALPN (RFC 7301); null when none was.</param>
/// <param name="HostName">
/// On a client the verified name; on a server the name the client asked for (SNI, RFC 6066 section 3), null when it
/// named none. A client's SNI is a claim, not a proof.
/// </param>
/// <param name="PeerCertificate">The peer's certificate; null when it sent none. Do not dispose it.</param>
/// <param name="Resumed">Whether an earlier session was resumed instead of a full handshake.</param>
public sealed record TlsInfo(
    SslProtocols Protocol,
    TlsCipherSuite CipherSuite,
    string? ApplicationProtocol,
    string? HostName,
    X509Certificate2? PeerCertificate,
    bool Resumed
)
{
    /// <summary>One line for the log; a certificate's own text has a dozen.</summary>
    public override string ToString() =>
        $"{Protocol} {CipherSuite}, host {HostName ?? "-"}, ALPN {ApplicationProtocol ?? "-"}, "
        + $"peer {PeerCertificate?.Subject ?? "-"}{(Resumed ? ", resumed" : "")}";
}
