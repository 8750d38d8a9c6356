using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Reactor.Certificates;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// Decides whether the peer's certificate is accepted, on the thread and inside the call that received it. It remembers the
/// reason for a rejection, which SslStream's exception gives only in prose.
/// </summary>
internal sealed class TlsPeerVerifier
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly bool _peerIsServer;
    private readonly string? _hostName;
    private readonly bool _certificateOptional;
    private readonly bool _keepsChain;
    private readonly TlsVerification _verification;
    private readonly IReadOnlyList<TlsPin> _pins = [];
    private readonly IReadOnlyList<string> _clientNames = [];
    private readonly Func<X509Certificate2, X509Chain, bool>? _check;
    private IReadOnlyList<X509Certificate2>? _chain;

    public TlsPeerVerifier(TlsClientOptions options)
    {
        _peerIsServer = true;
        _hostName = options.HostName;
        _keepsChain = options.KeepsPeerChain;
        _verification = options.Verify;
        _pins = options.Pins;
        _check = options.CertificateCheck;
    }

    public TlsPeerVerifier(TlsServerOptions options)
    {
        _certificateOptional = options.ClientCertificates != TlsClientCertificateMode.Require;
        _verification = TlsVerification.Chain;
        _clientNames = options.ClientNames;
        _check = options.ClientCertificateCheck;
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
        if (certificate is null)
        {
            Rejection = _certificateOptional
                ? null
                : new TlsCertificateException(subject: null, _hostName, "there is none") { PolicyErrors = errors };
            return Rejection is null;
        }

        ArgumentNullException.ThrowIfNull(chain);
        X509Certificate2 leaf = certificate as X509Certificate2 ?? new X509Certificate2(certificate);
        List<string> problems = ProblemsOf(leaf, chain, ref errors);
        Exception? fault = null;
        if (problems.Count == 0 && _check is not null)
        {
            try
            {
                if (!_check(leaf, chain))
                {
                    problems.Add("the application's check has refused it");
                }
            }
            catch (Exception e)
            {
                fault = e;
                problems.Add("the application's check has failed");
            }
        }

        if (problems.Count > 0)
        {
            Rejection = new TlsCertificateException(
                CertificateProblem.SubjectOf(leaf),
                _hostName,
                string.Join("; ", problems),
                fault
            )
            {
                PolicyErrors = errors,
                ChainStatus = chain.ChainStatus.Aggregate(
                    X509ChainStatusFlags.NoError,
                    (all, element) => all | element.Status
                ),
                Pin = TlsPin.Of(leaf),
            };
        }
        else if (_keepsChain)
        {
            // SslStream disposes the certificates of the chain after this call.
            _chain = [.. chain.ChainElements.Select(element => new X509Certificate2(element.Certificate))];
        }

        return Rejection is null;
    }

    private List<string> ProblemsOf(X509Certificate2 leaf, X509Chain chain, ref SslPolicyErrors errors)
    {
        List<string> problems = [];
        if (_verification == TlsVerification.ChainAndName && _hostName is not null)
        {
            if ((errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0 || !HasName(leaf, _hostName))
            {
                errors |= SslPolicyErrors.RemoteCertificateNameMismatch;
                problems.Add(CertificateProblem.OfName(leaf, _hostName));
            }
        }

        if (
            _verification != TlsVerification.NoneDangerous
            && (errors & SslPolicyErrors.RemoteCertificateChainErrors) != 0
        )
        {
            problems.AddRange(
                CertificateProblem.OfChain(chain, _peerIsServer).DefaultIfEmpty("its chain is not valid")
            );
        }

        if (_clientNames.Count > 0 && !_clientNames.Any(name => CertificateNames.Has(leaf, name)))
        {
            problems.Add(CertificateProblem.OfName(leaf, string.Join(", ", _clientNames)));
        }

        if (_pins.Count > 0 && !HasPinnedKey(leaf, chain))
        {
            problems.Add($"its public key {TlsPin.Of(leaf)} is not one of those that are pinned");
        }

        return problems;
    }

    // SslStream also accepts a name in the subject (CN) if the certificate has no subject alternative names, which anybody may choose in
    // certificates of many authorities.
    private static bool HasName(X509Certificate2 leaf, string host) =>
        leaf.MatchesHostname(
            Uri.CheckHostName(host) == UriHostNameType.Dns ? CertificateNames.Normal(host) : host,
            allowWildcards: true,
            allowCommonName: false
        );

    // The peer can add any certificates to a chain that is not verified, so then only its own key counts, which it has proven to have.
    private bool HasPinnedKey(X509Certificate2 leaf, X509Chain chain) =>
        _pins.Contains(TlsPin.Of(leaf))
        || (
            _verification != TlsVerification.NoneDangerous
            && chain.ChainElements.Any(element => _pins.Contains(TlsPin.Of(element.Certificate)))
        );
}
