using System;
using System.Globalization;
using System.IO;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Akka.Reactor.Certificates;

namespace Akka.Reactor;

/// <summary>
/// A certificate with its private key and intermediates, prepared once for any number of handshakes. Safe on every thread. Keep one
/// instance per certificate: sessions can be resumed on every platform only if the connections share the instance.
/// </summary>
/// <remarks>
/// An instance that was loaded from files (<see cref="FromFiles"/>), and is used by a listener or a client, is loaded again when the
/// files change (<c>akka.reactor.tls.certificate-check-interval</c>) or when <see cref="ReactorExtension.ReloadCertificates"/> is called.
/// Later handshakes use the new certificate; connections that are established, or in their handshake, keep theirs.
/// </remarks>
public sealed class TlsCertificate : IReloadable
{
    // Null if the certificate does not come from files.
    private readonly CertificateFiles? _files;

    // It may be replaced on any thread.
    private volatile LoadedCertificate _loaded;

    private TlsCertificate(LoadedCertificate loaded, CertificateFiles? files)
    {
        _loaded = loaded;
        _files = files;
    }

    /// <summary>The present certificate itself, with its private key. Do not dispose it.</summary>
    public X509Certificate2 Leaf => _loaded.Leaf;

    internal SslStreamCertificateContext Context => _loaded.Context;

    /// <summary>
    /// The file that the key was loaded from, and its mode, if the key is not encrypted and everybody on this machine can read the
    /// file; otherwise null.
    /// </summary>
    internal (string Path, UnixFileMode Mode)? OpenKeyFile => _loaded.OpenKeyFile;

    string IReloadable.LogName => $"The certificate {this}";

    string? IReloadable.Path => _files?.Path;

    FileStamps IReloadable.LoadedStamp => _loaded.Stamp;

    /// <summary>Creates an instance from a certificate that is already in memory.</summary>
    /// <param name="leaf">The certificate, with its private key. Ownership passes to the result.</param>
    /// <param name="intermediates">The intermediate certificates to send with the certificate; the root is not needed.</param>
    /// <exception cref="ArgumentException">The certificate has no private key.</exception>
    public static TlsCertificate From(X509Certificate2 leaf, X509Certificate2Collection? intermediates = null)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        if (!leaf.HasPrivateKey)
        {
            throw new ArgumentException("The certificate has no private key.", nameof(leaf));
        }

        return new TlsCertificate(new LoadedCertificate(leaf, intermediates ?? []), files: null);
    }

    /// <summary>
    /// Loads a certificate, its intermediates and its private key from files: PEM (RFC 7468) or PKCS#12 (RFC 7292, <c>.pfx</c>), which
    /// is recognized by its content. The key must be RSA or EC. The method reads files, so call it at start and not on an event loop.
    /// </summary>
    /// <param name="certificatePath">
    /// The file with the certificates: in PEM the leaf first, then its intermediates. Text before and between them is ignored.
    /// </param>
    /// <param name="keyPath">
    /// The PEM file with the private key (PKCS#8, PKCS#1 or SEC 1). Null: the key is in the certificate's file.
    /// </param>
    /// <param name="password">
    /// The password of the PKCS#12 file or of the encrypted PKCS#8 key. Null: there is none. Appears in no error and in no log.
    /// </param>
    /// <exception cref="TlsCertificateLoadException">
    /// A file is missing, unreadable or malformed, or the key cannot be decrypted or does not belong to the certificate.
    /// </exception>
    public static TlsCertificate FromFiles(string certificatePath, string? keyPath = null, string? password = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(certificatePath);
        return From(new CertificateFiles(certificatePath, keyPath, () => password));
    }

    /// <summary>
    /// Takes a certificate and its private key from a store of the system. The intermediates come from the system's stores, too. The
    /// certificate is not loaded again.
    /// </summary>
    /// <param name="location">Whose store.</param>
    /// <param name="store">The name of the store, such as <c>My</c>.</param>
    /// <param name="thumbprint">The SHA-1 of the certificate in hexadecimal digits; spaces and colons are ignored.</param>
    /// <exception cref="ArgumentException">The thumbprint does not have 40 digits.</exception>
    /// <exception cref="TlsCertificateLoadException">
    /// There is no such store or certificate, or the certificate has no private key, or one that is neither RSA nor EC.
    /// </exception>
    public static TlsCertificate FromStore(StoreLocation location, string store, string thumbprint)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(store);
        ArgumentNullException.ThrowIfNull(thumbprint);
        return StoredCertificate.ThumbprintOf(thumbprint) is { } digits
            ? From(new StoredCertificate(location, store, digits))
            : throw new ArgumentException("A thumbprint has 40 hexadecimal digits.", nameof(thumbprint));
    }

    /// <exception cref="TlsCertificateLoadException">As <see cref="FromFiles"/>.</exception>
    internal static TlsCertificate From(CertificateFiles files) => new(files.Load(), files);

    /// <exception cref="TlsCertificateLoadException">As <see cref="FromStore"/>.</exception>
    internal static TlsCertificate From(StoredCertificate stored) => new(stored.Load(), files: null);

    /// <summary>Returns the subject, and the path of the file if there is one.</summary>
    public override string ToString() => _files is null ? Leaf.Subject : $"{Leaf.Subject} in {_files.Path}";

    FileStamps IReloadable.Stamp() => _files!.Stamp();

    string IReloadable.Load()
    {
        LoadedCertificate loaded = _files!.Load();
        _loaded = loaded;
        return $"it is valid until {loaded.Leaf.NotAfter.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture)}";
    }
}
