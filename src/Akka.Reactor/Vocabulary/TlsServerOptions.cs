using System;
using System.Collections.Generic;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Reactor;

/// <summary>
/// How a server speaks TLS. Immutable, shared by all its connections and safe on every thread: keep one instance, since
/// only under the same <see cref="Certificate"/> object can sessions be resumed on every platform. Renegotiation is off, revocation is
/// not checked, and validation fetches nothing from the network.
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

    /// <summary>The server's certificate, key and intermediates.</summary>
    public TlsCertificate Certificate { get; }

    /// <summary>Protocol versions offered; TLS 1.2 and 1.3 by default.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Whether clients are asked for a certificate; not by default.</summary>
    public TlsClientCertificateMode ClientCertificates { get; init; }

    /// <summary>Self-signed roots that client certificates must lead to; null: the machine's root store.</summary>
    public X509Certificate2Collection? ClientTrustAnchors { get; init; }

    /// <summary>Application protocols offered by ALPN (RFC 7301), the preferred one first; none by default.</summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    /// <summary>Most bytes of ClientHello read from a client, record headers included; 16 KiB by default.</summary>
    public int MaxClientHelloBytes { get; init; } = 16 * 1024;

    /// <summary>Most bytes read from a client during the whole handshake; 128 KiB by default.</summary>
    public int MaxHandshakeBytes { get; init; } = 128 * 1024;

    /// <summary>Total time for the handshake, from its start; 10 s by default.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
