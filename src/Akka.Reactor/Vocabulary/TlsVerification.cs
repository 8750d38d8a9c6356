namespace Akka.Reactor;

/// <summary>What a client verifies of the server's certificate.</summary>
public enum TlsVerification
{
    /// <summary>
    /// The certificate must lead to a trust anchor, be valid now and be meant for servers, and one of its subject alternative names must
    /// be the server's name. The subject itself (CN) is no name (RFC 9525, section 2).
    /// </summary>
    ChainAndName,

    /// <summary>
    /// As <see cref="ChainAndName"/>, but for any name: every server is accepted whose certificate leads to a trust anchor. Use it with
    /// trust anchors of your own only, because everybody can get a certificate of a public authority.
    /// </summary>
    Chain,

    /// <summary>
    /// Dangerous. Nothing is verified, except <see cref="TlsClientOptions.Pins"/> and <see cref="TlsClientOptions.CertificateCheck"/>.
    /// Without either of them the connection is encrypted, but the identity of the peer is unknown: an attacker on the path can read and
    /// change everything.
    /// </summary>
    NoneDangerous,
}
