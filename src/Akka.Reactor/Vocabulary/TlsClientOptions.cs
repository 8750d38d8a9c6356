using System;
using System.Collections.Generic;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Akka.Reactor.Certificates;

namespace Akka.Reactor;

/// <summary>
/// The TLS options of a client. Immutable and safe on every thread. By default the server's chain and name are verified; renegotiation is off,
/// revocation is not checked, and validation fetches nothing from the network. A later connection to the same host name resumes the
/// session if the server and the platform allow it.
/// </summary>
public sealed record TlsClientOptions
{
    /// <summary>
    /// Creates options with the defaults, for <see cref="ConnectOptions.Tls"/>: the server's certificate must be valid for the host
    /// of the end point that the client connects to.
    /// </summary>
    public TlsClientOptions() { }

    /// <summary>Creates options with the defaults.</summary>
    /// <param name="hostName">The server's DNS name or IP address; see <see cref="HostName"/>.</param>
    public TlsClientOptions(string hostName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(hostName);
        HostName = WithoutRoot(hostName);
    }

    /// <summary>
    /// The name that the server's certificate must be valid for. A DNS name is also sent as SNI (RFC 6066 section 3), an IP address
    /// is not. A dot at the end of the name is removed. Null: the host of the end point.
    /// </summary>
    public string? HostName { get; private init; }

    /// <summary>The protocol versions that are offered; TLS 1.2 and 1.3 by default.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>
    /// The cipher suites that are allowed, the preferred one first, for all versions together. Empty, the default: those of the system,
    /// which is better for nearly everybody. On Linux each connection with a list of its own gets a context of its own in OpenSSL, which
    /// costs time and memory, and resumes no session. Not available on Windows.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException">The system does not allow a choice.</exception>
    public IReadOnlyList<TlsCipherSuite> CipherSuites
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = [.. value];
            CipherPolicy = TlsCipherSuites.PolicyOf(field);
        }
    } = [];

    /// <summary>The roots to which the server's certificate must lead. Null: the machine's root store.</summary>
    public TlsTrustAnchors? TrustAnchors { get; init; }

    /// <summary>What is verified of the server's certificate. By default its chain and its name.</summary>
    public TlsVerification Verify { get; init; }

    /// <summary>
    /// The public keys of which one must be in the server's chain: the key of the server itself, or of one of its issuers up to the trust
    /// anchor. With <see cref="TlsVerification.NoneDangerous"/> it must be the key of the server itself. Empty, the default: no key is
    /// required. Name the key of the next certificate too, or the connection fails when the certificate is replaced.
    /// </summary>
    public IReadOnlyList<TlsPin> Pins { get; init; } = [];

    /// <summary>
    /// Decides about a certificate that has passed everything else, with the chain that was built for it; returns whether the
    /// certificate is accepted. An exception rejects it, too. It is called in each handshake, on the event loop and possibly on several at
    /// once, so it must not block. It must not keep or dispose the chain. Null, the default: there is no further check.
    /// </summary>
    public Func<X509Certificate2, X509Chain, bool>? CertificateCheck { get; init; }

    /// <summary>The certificate that is presented if the server asks for one; none by default.</summary>
    public TlsCertificate? ClientCertificate { get; init; }

    /// <summary>The application protocols that are offered by ALPN (RFC 7301), the preferred one first; none by default.</summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    /// <summary>
    /// Whether <see cref="TlsInfo.PeerChain"/> has the server's certificate and those of its issuers. They take memory as long as the
    /// connection lasts. Off by default.
    /// </summary>
    public bool KeepsPeerChain { get; init; }

    /// <summary>The largest number of bytes that are read from the server during the handshake; 128 KiB by default.</summary>
    public int MaxHandshakeBytes { get; init; } = 128 * 1024;

    /// <summary>The total time for the handshake, counted from its start; 10 s by default.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    internal CipherSuitesPolicy? CipherPolicy { get; private init; }

    /// <summary>Returns these options, with the given host as <see cref="HostName"/> if these options name no host.</summary>
    internal TlsClientOptions For(string host) => HostName is null ? this with { HostName = WithoutRoot(host) } : this;

    // A DNS name may end with a dot, for the root. Neither SNI (RFC 6066, section 3) nor a certificate has this dot.
    private static string WithoutRoot(string host) => host.Length > 1 && host[^1] == '.' ? host[..^1] : host;
}
