using System.Collections.Generic;
using System.Linq;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// Decides whether the peer's certificate is accepted, on the thread and inside the call that received it. It remembers the
/// reason for a rejection, which SslStream's exception gives only in prose.
/// </summary>
internal sealed class TlsPeerVerifier
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly string? _hostName;
    private readonly bool _certificateOptional;
    private readonly bool _allowUntrusted;
    private readonly bool _keepsChain;
    private IReadOnlyList<X509Certificate2>? _chain;

    public TlsPeerVerifier(TlsClientOptions options)
    {
        _hostName = options.HostName;
        _allowUntrusted = options.AllowUntrusted;
        _keepsChain = options.KeepsPeerChain;
    }

    public TlsPeerVerifier(TlsServerOptions options)
    {
        _certificateOptional = options.ClientCertificates != TlsClientCertificateMode.Require;
    }

    /// <summary>The reason why the certificate was rejected; null if it was not rejected.</summary>
    public TlsCertificateException? Rejection { get; private set; }

    /// <summary>Returns the result of the handshake with the certificates of the accepted chain, if they are kept.</summary>
    public TlsInfo? AddChain(TlsInfo? info) => _chain is null || info is null ? info : info with { PeerChain = _chain };

    /// <summary>Returns the rules for a certificate chain: our anchors or the machine's, and no network access.</summary>
    public static X509ChainPolicy Policy(X509Certificate2Collection? anchors, bool peerIsServer)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.ApplicationPolicy.Add(new Oid(peerIsServer ? ServerAuthentication : ClientAuthentication));
        if (anchors is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(anchors);
        }

        return policy;
    }

    public bool Verify(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        bool accepted =
            errors == SslPolicyErrors.None || _allowUntrusted || (certificate is null && _certificateOptional);
        if (!accepted)
        {
            var status = X509ChainStatusFlags.NoError;
            foreach (X509ChainStatus element in chain?.ChainStatus ?? [])
            {
                status |= element.Status;
            }

            Rejection = new TlsCertificateException(errors, status, certificate?.Subject, _hostName);
        }
        else if (_keepsChain && chain is not null)
        {
            // SslStream disposes the certificates of the chain after this call.
            _chain = [.. chain.ChainElements.Select(element => new X509Certificate2(element.Certificate))];
        }

        return accepted;
    }
}
