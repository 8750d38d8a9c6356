using System;
using System.Security.Cryptography.X509Certificates;
using Akka.Reactor.Certificates;

namespace Akka.Reactor;

/// <summary>The roots to which the certificates of peers must lead. Safe on every thread.</summary>
/// <remarks>
/// An instance that was loaded from a file (<see cref="FromFile"/>), and is used by a listener or a client, is loaded again when the file
/// changes, as a <see cref="TlsCertificate"/> is. Later handshakes use the new roots, also those that resume a session from before.
/// </remarks>
public sealed class TlsTrustAnchors : IReloadable
{
    private readonly string? _path;
    private volatile X509Certificate2Collection _roots;
    private FileStamps _stamp;

    private TlsTrustAnchors(X509Certificate2Collection roots, string? path, FileStamps stamp)
    {
        _roots = roots;
        _path = path;
        _stamp = stamp;
    }

    /// <summary>The present roots. Do not change the collection, and do not dispose its elements.</summary>
    public X509Certificate2Collection Roots => _roots;

    string IReloadable.LogName => $"The file of trust anchors {_path}";

    string? IReloadable.Path => _path;

    FileStamps IReloadable.LoadedStamp => _stamp;

    /// <summary>Creates an instance from self-signed certificates that are already in memory.</summary>
    /// <param name="roots">The certificates, which must not change any more. Empty: nobody is trusted.</param>
    public static TlsTrustAnchors From(X509Certificate2Collection roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        return new TlsTrustAnchors(roots, path: null, default);
    }

    /// <summary>
    /// Loads the roots from a PEM file. The method reads the file, so call it at start and not on an event loop.
    /// </summary>
    /// <exception cref="TlsCertificateLoadException">The file is missing, unreadable or malformed, or has no certificate.</exception>
    public static TlsTrustAnchors FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        FileStamps stamp = FileStamps.Of(path, key: null);
        return new TlsTrustAnchors(CertificateFiles.ReadPem(path), path, stamp);
    }

    /// <summary>Converts certificates that are already in memory, as <see cref="From"/> does.</summary>
    public static implicit operator TlsTrustAnchors(X509Certificate2Collection roots) => From(roots);

    /// <summary>Returns the number of roots, and the path of the file if there is one.</summary>
    public override string ToString() => _path is null ? $"{_roots.Count} roots" : $"{_roots.Count} roots in {_path}";

    FileStamps IReloadable.Stamp() => FileStamps.Of(_path!, key: null);

    string IReloadable.Load()
    {
        FileStamps stamp = FileStamps.Of(_path!, key: null);
        X509Certificate2Collection roots = CertificateFiles.ReadPem(_path!);
        _stamp = stamp;
        _roots = roots;
        return $"number of roots: {roots.Count}";
    }
}
