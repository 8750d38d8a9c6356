using System.IO;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Reactor.Certificates;

/// <summary>A certificate with its private key and intermediates, prepared for handshakes. Immutable.</summary>
internal sealed class LoadedCertificate
{
    internal LoadedCertificate(X509Certificate2 leaf, X509Certificate2Collection chain)
    {
        Leaf = leaf;
        // Offline, because the context would otherwise fetch missing issuers and OCSP answers by itself.
        Context = SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    internal X509Certificate2 Leaf { get; }

    internal SslStreamCertificateContext Context { get; }

    /// <summary>
    /// The file that the key was loaded from, and its mode, if the key is not encrypted and everybody on this machine can read the
    /// file; otherwise null.
    /// </summary>
    internal (string Path, UnixFileMode Mode)? OpenKeyFile { get; init; }

    /// <summary>The state of the files before they were read.</summary>
    internal FileStamps Stamp { get; init; }
}
