namespace Akka.Reactor;

/// <summary>Whether a server asks its clients for a certificate.</summary>
public enum TlsClientCertificateMode
{
    /// <summary>Clients are not asked.</summary>
    None,

    /// <summary>Clients are asked and may have none; one that is sent must be valid.</summary>
    Request,

    /// <summary>Clients must present a valid certificate, else the handshake fails.</summary>
    Require,
}
