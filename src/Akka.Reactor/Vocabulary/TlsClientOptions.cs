using System;
using System.Collections.Generic;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Reactor;

/// <summary>
/// How a client speaks TLS. Immutable and safe on every thread. The server's chain and name are verified; renegotiation
/// is off, revocation is not checked, and validation fetches nothing from the network. A later connection to the same
/// host name resumes the session where server and platform allow it.
/// </summary>
public sealed record TlsClientOptions
{
    /// <summary>
    /// Creates options with the defaults for <see cref="ConnectOptions.Tls"/>: the server is verified as the host of the end
    /// point that is connected to.
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
    /// The name the server's certificate must be valid for. A DNS name is also sent as SNI (RFC 6066 section 3), an IP
    /// address is not. A dot at its end is left out. Null: the host of the end point.
    /// </summary>
    public string? HostName { get; private init; }

    /// <summary>Protocol versions offered; TLS 1.2 and 1.3 by default.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Self-signed roots the server's certificate must lead to; null: the machine's root store.</summary>
    public X509Certificate2Collection? TrustAnchors { get; init; }

    /// <summary>The certificate presented when the server asks for one; none by default.</summary>
    public TlsCertificate? ClientCertificate { get; init; }

    /// <summary>Application protocols offered by ALPN (RFC 7301), the preferred one first; none by default.</summary>
    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    /// <summary>Most bytes read from the server during the handshake; 128 KiB by default.</summary>
    public int MaxHandshakeBytes { get; init; } = 128 * 1024;

    /// <summary>Total time for the handshake, from its start; 10 s by default.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Dangerous: accepts any certificate, whoever signed it, whatever its name and dates. The connection is then
    /// encrypted, but to a peer of unknown identity: whoever is on the path can read and change everything. For tests
    /// on one machine only. Off by default.
    /// </summary>
    public bool AllowUntrusted { get; init; }

    /// <summary>These, or the same for that host where they name none.</summary>
    internal TlsClientOptions For(string host) => HostName is null ? this with { HostName = WithoutRoot(host) } : this;

    // A name of DNS may end with a dot, for the root; neither SNI (RFC 6066, section 3) nor a certificate has that.
    private static string WithoutRoot(string host) => host.Length > 1 && host[^1] == '.' ? host[..^1] : host;
}
