namespace Akka.Reactor;

/// <summary>Whether a server asks its clients for a certificate.</summary>
public enum TlsClientCertificateMode
{
    /// <summary>Clients are not asked.</summary>
    None,

    /// <summary>Clients are asked, but need not have a certificate. A certificate that a client sends must be valid.</summary>
    Request,

    /// <summary>Clients must present a valid certificate; otherwise the handshake fails.</summary>
    Require,
}
