using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Akka.Reactor.Certificates;

namespace Akka.Reactor;

/// <summary>
/// The TLS options of a server. Immutable, shared by all connections of the server, and safe on every thread. Keep one instance:
/// sessions can be resumed on every platform only if the connections share the same <see cref="Certificate"/> object. Renegotiation
/// is off, revocation is not checked, and validation fetches nothing from the network.
/// </summary>
public sealed record TlsServerOptions
{
    /// <summary>Creates options with the defaults.</summary>
    /// <param name="certificate">The server's certificate, key and intermediates.</param>
    public TlsServerOptions(TlsCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        Certificate = certificate;
    }

    /// <summary>
    /// The server's certificate, key and intermediates, for clients that ask for no name, or for a name that is not among
    /// <see cref="Certificates"/>.
    /// </summary>
    public TlsCertificate Certificate { get; }

    /// <summary>
    /// Further certificates, for clients that ask for their names (SNI, RFC 6066 section 3); none by default. A name without a star is
    /// preferred to one with a star.
    /// </summary>
    /// <exception cref="ArgumentException">Two certificates have the same name.</exception>
    public IReadOnlyList<TlsNamedCertificate> Certificates
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = [.. value];
            Names = new CertificateNames(field);
        }
    } = [];

    /// <summary>
    /// Whether a client that asks for no name, or for a name that is not among <see cref="Certificates"/>, is refused with the alert
    /// <see cref="TlsAlert.UnrecognizedName"/>. By default it gets <see cref="Certificate"/>.
    /// </summary>
    public bool StrictSni { get; init; }

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

    /// <summary>Whether clients are asked for a certificate. By default they are not.</summary>
    public TlsClientCertificateMode ClientCertificates { get; init; }

    /// <summary>The roots to which client certificates must lead. Null: the machine's root store.</summary>
    public TlsTrustAnchors? ClientTrustAnchors { get; init; }

    /// <summary>
    /// The names of which a client's certificate must have one, besides leading to a trust anchor: DNS names such as <c>a.example</c>, and
    /// names such as <c>*.b.example</c>, in which the star stands for exactly one label. The names of a certificate are its subject
    /// alternative names. Empty, the default: any name is accepted.
    /// </summary>
    /// <exception cref="ArgumentException">A name is neither a DNS name nor <c>*.</c> followed by one.</exception>
    public IReadOnlyList<string> ClientNames
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = [.. value];
            if (field.FirstOrDefault(name => !CertificateNames.IsAllowed(name)) is { } wrong)
            {
                throw new ArgumentException($"{wrong} is not {CertificateNames.Allowed}.", nameof(value));
            }
        }
    } = [];

    /// <summary>
    /// Decides about a client's certificate that has passed everything else, as <see cref="TlsClientOptions.CertificateCheck"/> does for
    /// clients. It is not called for a client that has no certificate and need not have one. Null, the default: there is no further check.
    /// </summary>
    public Func<X509Certificate2, X509Chain, bool>? ClientCertificateCheck { get; init; }

    /// <summary>The application protocols that are offered by ALPN (RFC 7301), the preferred one first; none by default.</summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    /// <summary>
    /// The largest number of bytes of ClientHello that are read from a client, record headers included; 16 KiB by default.
    /// </summary>
    public int MaxClientHelloBytes { get; init; } = 16 * 1024;

    /// <summary>The largest number of bytes that are read from a client during the whole handshake; 128 KiB by default.</summary>
    public int MaxHandshakeBytes { get; init; } = 128 * 1024;

    /// <summary>The total time for the handshake, counted from its start; 10 s by default.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    internal CipherSuitesPolicy? CipherPolicy { get; private init; }

    internal CertificateNames Names { get; private init; } = new([]);

    /// <summary>All certificates, the default one first.</summary>
    internal IEnumerable<TlsCertificate> AllCertificates =>
        [Certificate, .. Certificates.Select(named => named.Certificate)];
}
