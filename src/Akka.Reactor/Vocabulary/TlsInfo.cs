using System.Collections.Generic;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Reactor;

/// <summary>The result of a completed TLS handshake.</summary>
/// <param name="Protocol">The version: TLS 1.2 or 1.3.</param>
/// <param name="CipherSuite">The cipher suite, by its IANA number and name.</param>
/// <param name="ApplicationProtocol">The application protocol agreed on by ALPN (RFC 7301); null if there is none.</param>
/// <param name="HostName">
/// On a client the verified name. On a server the name that the client asked for (SNI, RFC 6066 section 3), null if the client
/// named none. A client's SNI is a claim, not a proof.
/// </param>
/// <param name="PeerCertificate">The peer's certificate; null if the peer sent none. Do not dispose it.</param>
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
    /// <summary>
    /// The peer's certificate, and those of its issuers as far as they were found among what the peer has sent, the trust anchors and
    /// the machine's store, each followed by its issuer's. Empty unless <see cref="TlsClientOptions.KeepsPeerChain"/> is set. Do not
    /// dispose them.
    /// </summary>
    public IReadOnlyList<X509Certificate2> PeerChain { get; init; } = [];

    /// <summary>The number of the version, for metrics.</summary>
    internal string Version =>
        Protocol switch
        {
            SslProtocols.Tls12 => "1.2",
            SslProtocols.Tls13 => "1.3",
            _ => Protocol.ToString(),
        };

    /// <summary>
    /// Returns one line for the log, with the subject of the peer's certificate only: the certificate's own text has a dozen lines.
    /// </summary>
    public override string ToString() =>
        $"{Protocol} {CipherSuite}, host {HostName ?? "-"}, ALPN {ApplicationProtocol ?? "-"}, "
        + $"peer {PeerCertificate?.Subject ?? "-"}{(Resumed ? ", resumed" : "")}";
}
