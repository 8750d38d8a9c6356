using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Akka.Reactor.Certificates;

/// <summary>
/// The files of one certificate: PEM (RFC 7468), or PKCS#12 (RFC 7292), which is recognized by its content. The password is read
/// again for each load, and appears in no error.
/// </summary>
/// <param name="certificate">The file with the certificates, the leaf first.</param>
/// <param name="key">The file with the private key. Null: the key is in the certificate's file.</param>
/// <param name="password">
/// Returns the password of the key, or null if there is none. May throw a <see cref="TlsCertificateLoadException"/>.
/// </param>
internal sealed class CertificateFiles(string certificate, string? key, Func<string?> password)
{
    // .NET reports a wrong password of PKCS#12 by this number of Windows, ERROR_INVALID_PASSWORD, on every system.
    private const int InvalidPassword = unchecked((int)0x80070056);

    /// <summary>The path of the file with the certificates, as it was given.</summary>
    internal string Path => certificate;

    /// <exception cref="TlsCertificateLoadException">
    /// A file is missing, unreadable or malformed, or the key cannot be decrypted or does not belong to the certificate.
    /// </exception>
    internal LoadedCertificate Load()
    {
        FileStamps stamp = Stamp();
        byte[] content = Read(certificate);
        return IsBinary(content) ? LoadBinary(content, stamp) : LoadPem(TextOf(content), stamp);
    }

    /// <summary>Returns the state of the files, by which a change is recognized.</summary>
    internal FileStamps Stamp() => FileStamps.Of(certificate, key);

    /// <summary>Returns the certificates of a PEM file, at least one.</summary>
    /// <exception cref="TlsCertificateLoadException">The file is missing, unreadable or malformed.</exception>
    internal static X509Certificate2Collection ReadPem(string path) => PemText.Certificates(path, TextOf(Read(path)));

    /// <summary>Returns the text of a file, whose encoding is UTF-8 unless a byte order mark says otherwise.</summary>
    /// <exception cref="TlsCertificateLoadException">The file is missing or unreadable.</exception>
    internal static string ReadText(string path) => TextOf(Read(path));

    private LoadedCertificate LoadPem(string pem, FileStamps stamp)
    {
        string keyFile = key ?? certificate;
        string keyPem = key is null ? pem : ReadText(key);
        string? secret = password();
        X509Certificate2Collection chain = PemText.Certificates(certificate, pem);
        using X509Certificate2 first = chain[0];
        X509Certificate2 leaf = Persisted(PemText.WithKey(first, keyFile, keyPem, secret));
        chain.RemoveAt(0);
        return new LoadedCertificate(leaf, chain)
        {
            Stamp = stamp,
            OpenKeyFile = secret is null ? OpenFile(keyFile) : null,
        };
    }

    private LoadedCertificate LoadBinary(byte[] content, FileStamps stamp)
    {
        if (TypeOf(content) == X509ContentType.Cert)
        {
            throw new TlsCertificateLoadException(
                certificate,
                "the file is a certificate in DER form; it must be PEM or PKCS#12 (openssl x509 -inform der -in FILE -out NEW)"
            );
        }

        if (key is not null)
        {
            throw new TlsCertificateLoadException(
                certificate,
                "the file is not PEM; with PKCS#12 the key is in the same file, and no other file may be given for it"
            );
        }

        string? secret = password();
        X509Certificate2Collection all = ReadPkcs12(content, secret);
        X509Certificate2 leaf =
            all.FirstOrDefault(item => item.HasPrivateKey)
            ?? throw new TlsCertificateLoadException(certificate, "the PKCS#12 file has no private key");
        PemText.RequireUsableKey(leaf, certificate);
        all.Remove(leaf);
        return new LoadedCertificate(leaf, all)
        {
            Stamp = stamp,
            OpenKeyFile = secret is null ? OpenFile(certificate) : null,
        };
    }

    private static X509ContentType TypeOf(byte[] content)
    {
        try
        {
            return X509Certificate2.GetCertContentType(content);
        }
        catch (CryptographicException)
        {
            return X509ContentType.Unknown;
        }
    }

    private X509Certificate2Collection ReadPkcs12(byte[] content, string? secret)
    {
        try
        {
            return X509CertificateLoader.LoadPkcs12Collection(content, secret);
        }
        catch (CryptographicException e)
        {
            throw new TlsCertificateLoadException(
                certificate,
                e.HResult != InvalidPassword ? "the file is neither PEM nor PKCS#12 that can be decoded"
                    : secret is null ? "the PKCS#12 file is encrypted and no password is given"
                    : "the password of the PKCS#12 file is wrong",
                e
            );
        }
    }

    private static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
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

    private static string TextOf(byte[] content)
    {
        using StreamReader reader = new(new MemoryStream(content), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    // PKCS#12 and DER begin with a SEQUENCE of more than 127 bytes. No text begins so.
    private static bool IsBinary(byte[] content) => content is [0x30, >= 0x80, ..];

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
