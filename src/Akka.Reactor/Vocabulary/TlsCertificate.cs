using System;
using System.IO;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Win32.SafeHandles;

namespace Akka.Reactor;

/// <summary>
/// A certificate with its private key and intermediates, prepared once for any number of handshakes. Immutable and safe on every
/// thread. Keep one instance per certificate: sessions can be resumed on every platform only if the connections share the instance.
/// </summary>
public sealed class TlsCertificate
{
    private TlsCertificate(X509Certificate2 leaf, X509Certificate2Collection chain)
    {
        Leaf = leaf;
        // Offline, because the context would otherwise fetch missing issuers and OCSP answers by itself.
        Context = SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    /// <summary>The certificate itself, with its private key. Do not dispose it.</summary>
    public X509Certificate2 Leaf { get; }

    internal SslStreamCertificateContext Context { get; }

    /// <summary>
    /// The file that the key was loaded from, and its mode, if everybody on this machine can read the file; otherwise null.
    /// </summary>
    internal (string Path, UnixFileMode Mode)? OpenKeyFile { get; private init; }

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

        return new TlsCertificate(leaf, intermediates ?? []);
    }

    /// <summary>
    /// Loads PEM files (RFC 7468): a certificate followed by its intermediates, and its private key. The method reads files, so
    /// call it at start and not on an event loop.
    /// </summary>
    /// <param name="certificatePath">The file with the certificates: the leaf first, then its intermediates.</param>
    /// <param name="keyPath">
    /// The file with the private key (PKCS#8, PKCS#1 or SEC 1). Null: the key is in the certificate's file.
    /// </param>
    /// <param name="keyPassword">The password of an encrypted PKCS#8 key. Null: the key is not encrypted.</param>
    /// <exception cref="TlsCertificateLoadException">
    /// A file is missing, unreadable or malformed, or the key cannot be decrypted or does not belong to the certificate.
    /// </exception>
    public static TlsCertificate FromPemFiles(
        string certificatePath,
        string? keyPath = null,
        string? keyPassword = null
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(certificatePath);
        string certificatePem = Read(certificatePath);
        string keyFile = keyPath ?? certificatePath;
        string keyPem = keyPath is null ? certificatePem : Read(keyPath);

        X509Certificate2Collection chain = ReadChain(certificatePath, certificatePem);
        X509Certificate2 leaf = JoinKey(chain[0], keyFile, keyPem, keyPassword);
        chain[0].Dispose();
        chain.RemoveAt(0);
        return new TlsCertificate(leaf, chain) { OpenKeyFile = keyPassword is null ? OpenFile(keyFile) : null };
    }

    // A failure to read the mode is ignored, because the key is read already.
    private static (string Path, UnixFileMode Mode)? OpenFile(string path)
    {
#pragma warning disable RS0030 // This is about a file, not about sockets.
        if (OperatingSystem.IsWindows())
#pragma warning restore RS0030
        {
            return null;
        }

        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            UnixFileMode mode = File.GetUnixFileMode(file);
            return (mode & UnixFileMode.OtherRead) == 0 ? null : (path, mode);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Returns the certificates of a PEM file, at least one.</summary>
    /// <exception cref="TlsCertificateLoadException">The file is missing, unreadable or malformed.</exception>
    internal static X509Certificate2Collection ReadPemFile(string path) => ReadChain(path, Read(path));

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TlsCertificateLoadException(path, "the file does not exist", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TlsCertificateLoadException(path, "the file cannot be read", e);
        }
    }

    private static X509Certificate2Collection ReadChain(string path, string pem)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw new TlsCertificateLoadException(path, "a certificate in the file cannot be decoded", e);
        }

        return chain.Count > 0
            ? chain
            : throw new TlsCertificateLoadException(path, "the file has no PEM certificate (no BEGIN CERTIFICATE)");
    }

    private static X509Certificate2 JoinKey(X509Certificate2 leaf, string path, string pem, string? password)
    {
        if (!pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new TlsCertificateLoadException(path, "the file has no PEM private key (no BEGIN PRIVATE KEY)");
        }

        bool encrypted =
            pem.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal)
            || pem.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal);
        if (encrypted && password is null)
        {
            throw new TlsCertificateLoadException(path, "the private key is encrypted and no password is given");
        }

        string certificatePem = leaf.ExportCertificatePem();
        try
        {
            X509Certificate2 joined = encrypted
                ? X509Certificate2.CreateFromEncryptedPem(certificatePem, pem, password)
                : X509Certificate2.CreateFromPem(certificatePem, pem);
            return Persisted(joined);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new TlsCertificateLoadException(
                path,
                "the private key cannot be decoded or does not belong to the certificate " + leaf.Subject,
                e
            );
        }
    }

    // Schannel cannot use the in-memory keys that PEM import makes. A round trip through PKCS#12 makes a key that it can use.
    private static X509Certificate2 Persisted(X509Certificate2 certificate)
    {
#pragma warning disable RS0030 // This is about Schannel, not about sockets.
        if (!OperatingSystem.IsWindows())
#pragma warning restore RS0030
        {
            return certificate;
        }

        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
        }
    }
}
