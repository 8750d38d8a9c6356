using System;
using System.IO;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ReactorHost;

/// <summary>Makes a certificate for tests on this machine. It is self-signed: no authority vouches for it.</summary>
internal static class SelfSignedCertificate
{
    private const int Years = 10;

    /// <summary>
    /// Makes <c>server.pem</c> and <c>server.key</c> (P-256, for localhost, 127.0.0.1 and ::1) unless both files exist.
    /// </summary>
    /// <returns>True if the files were made.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file cannot be written.</exception>
    internal static bool EnsureIn(string folder)
    {
        string certificatePath = Path.Combine(folder, "server.pem");
        string keyPath = Path.Combine(folder, "server.key");
        if (File.Exists(certificatePath) && File.Exists(keyPath))
        {
            return false;
        }

        Directory.CreateDirectory(folder);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = Create(key);
        WriteKey(keyPath, key.ExportPkcs8PrivateKeyPem() + "\n");

        // The certificate is written last, and by renaming, so that both files exist only when both are complete.
        string written = certificatePath + ".new";
        File.WriteAllText(written, certificate.ExportCertificatePem() + "\n");
        File.Move(written, certificatePath, overwrite: true);
        return true;
    }

    private static X509Certificate2 Create(ECDsa key)
    {
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true)
        );
        OidCollection serverAuthentication = [new Oid("1.3.6.1.5.5.7.3.1")];
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(serverAuthentication, critical: false));

        // The validity begins an hour ago, for clocks that are a little behind.
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddHours(-1), now.AddYears(Years));
    }

    // The file is created with its mode; the mode is not set afterwards. So there is no moment at which other users could
    // open the file. An old file would keep its own mode, so it is deleted first.
    private static void WriteKey(string path, string pem)
    {
        File.Delete(path);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using StreamWriter writer = new(path, options);
        writer.Write(pem);
    }
}
