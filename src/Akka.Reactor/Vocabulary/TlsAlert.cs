namespace Akka.Reactor;

/// <summary>
/// Alert descriptions of TLS (RFC 8446 section 6 and RFC 5246 section 7.2). A number that is not listed here is passed on
/// unchanged.
/// </summary>
#pragma warning disable CA1028 // One octet on the wire.
public enum TlsAlert : byte
{
    /// <summary>The sender will send no more data.</summary>
    CloseNotify = 0,

    /// <summary>A message came out of order.</summary>
    UnexpectedMessage = 10,

    /// <summary>A record failed authentication.</summary>
    BadRecordMac = 20,

    /// <summary>A record is longer than allowed.</summary>
    RecordOverflow = 22,

    /// <summary>The two sides have no parameters in common.</summary>
    HandshakeFailure = 40,

    /// <summary>The certificate is corrupt, or does not name the host.</summary>
    BadCertificate = 42,

    /// <summary>The certificate is of a kind that is not supported.</summary>
    UnsupportedCertificate = 43,

    /// <summary>The certificate was revoked by its signer.</summary>
    CertificateRevoked = 44,

    /// <summary>The certificate has expired or is not yet valid.</summary>
    CertificateExpired = 45,

    /// <summary>The certificate is not acceptable for some other reason.</summary>
    CertificateUnknown = 46,

    /// <summary>A field is out of range or inconsistent.</summary>
    IllegalParameter = 47,

    /// <summary>The certificate's issuer is not trusted.</summary>
    UnknownCa = 48,

    /// <summary>The certificate is valid, but access is denied.</summary>
    AccessDenied = 49,

    /// <summary>A message could not be decoded.</summary>
    DecodeError = 50,

    /// <summary>A handshake signature or MAC is wrong.</summary>
    DecryptError = 51,

    /// <summary>The protocol version is not supported.</summary>
    ProtocolVersion = 70,

    /// <summary>The offered parameters are too weak.</summary>
    InsufficientSecurity = 71,

    /// <summary>The sender failed for a reason unrelated to the peer.</summary>
    InternalError = 80,

    /// <summary>A retry with a lower version was recognised as a downgrade.</summary>
    InappropriateFallback = 86,

    /// <summary>The user cancelled the handshake.</summary>
    UserCanceled = 90,

    /// <summary>The sender does not renegotiate (TLS 1.2).</summary>
    NoRenegotiation = 100,

    /// <summary>A mandatory extension is missing.</summary>
    MissingExtension = 109,

    /// <summary>An extension is not allowed here.</summary>
    UnsupportedExtension = 110,

    /// <summary>The server does not serve the requested name.</summary>
    UnrecognizedName = 112,

    /// <summary>A stapled OCSP response is unacceptable.</summary>
    BadCertificateStatusResponse = 113,

    /// <summary>The pre-shared key identity is unknown.</summary>
    UnknownPskIdentity = 115,

    /// <summary>The server requires a client certificate.</summary>
    CertificateRequired = 116,

    /// <summary>The two sides have no application protocol in common (ALPN, RFC 7301).</summary>
    NoApplicationProtocol = 120,
}
#pragma warning restore CA1028
