using System.Collections.Generic;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// Converts our options to SslStream's options. They are built again for each connection, because SslStream fills in chain
/// policies.
/// </summary>
internal static class TlsSslOptions
{
    public static SslServerAuthenticationOptions Server(
        TlsServerOptions options,
        TlsCertificate certificate,
        TlsPeerVerifier verifier
    )
    {
        var ssl = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Context,
            EnabledSslProtocols = options.Protocols,
            CipherSuitesPolicy = options.CipherPolicy,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            ApplicationProtocols = Protocols(options.ApplicationProtocols),
        };
        if (options.ClientCertificates != TlsClientCertificateMode.None)
        {
            ssl.ClientCertificateRequired = true;
            ssl.RemoteCertificateValidationCallback = verifier.Verify;
            ssl.CertificateChainPolicy = TlsPeerVerifier.Policy(options.ClientTrustAnchors?.Roots, peerIsServer: false);
        }

        return ssl;
    }

    public static SslClientAuthenticationOptions Client(TlsClientOptions options, TlsPeerVerifier verifier) =>
        new()
        {
            TargetHost = options.HostName,
            EnabledSslProtocols = options.Protocols,
            CipherSuitesPolicy = options.CipherPolicy,
            AllowRenegotiation = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = TlsPeerVerifier.Policy(options.TrustAnchors?.Roots, peerIsServer: true),
            RemoteCertificateValidationCallback = verifier.Verify,
            ClientCertificateContext = options.ClientCertificate?.Context,
            ApplicationProtocols = Protocols(options.ApplicationProtocols),
        };

    /// <summary>
    /// Returns the smallest number of bytes by which a record's payload exceeds its plaintext: the tag, and in TLS 1.3 also the
    /// content type.
    /// </summary>
    public static int RecordOverhead(bool tls13, TlsCipherSuite suite) =>
        !tls13 ? 16
        : suite == TlsCipherSuite.TLS_AES_128_CCM_8_SHA256 ? 9
        : 17;

    private static List<SslApplicationProtocol>? Protocols(IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            return null;
        }

        var protocols = new List<SslApplicationProtocol>(names.Count);
        foreach (string name in names)
        {
            protocols.Add(new SslApplicationProtocol(name));
        }

        return protocols;
    }
}
