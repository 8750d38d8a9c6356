using System;
using System.IO;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Reactor.Interop.Tests;

/// <summary>A certificate authority, which issues certificates as PEM files into a folder.</summary>
internal sealed class Authority : IDisposable
{
    internal const string ForServers = "1.3.6.1.5.5.7.3.1";
    internal const string ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly string _folder;
    private readonly ECDsa _key;
    private readonly X509Certificate2 _certificate;

    private Authority(string folder, string name, ECDsa key, X509Certificate2 certificate)
    {
        _folder = folder;
        _key = key;
        _certificate = certificate;
        File = Path.Combine(folder, name + ".pem");
        System.IO.File.WriteAllText(File, certificate.ExportCertificatePem() + "\n");
    }

    /// <summary>The file with the authority's own certificate.</summary>
    internal string File { get; }

    internal static Authority Root(string folder, string name = "root")
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = RequestFor($"CN={name}", key);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return new Authority(folder, name, key, request.CreateSelfSigned(now.AddDays(-100), now.AddDays(100)));
    }

    /// <summary>An authority that this one vouches for.</summary>
    internal Authority Intermediate(string name = "intermediate")
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = RequestFor($"CN={name}", key);
        return new Authority(_folder, name, key, Sign(request, -100, 100));
    }

    /// <summary>Issues a certificate; the paths of the files are those of the name.</summary>
    internal Identity Issue(string name, Shape shape)
    {
        using AsymmetricAlgorithm key =
            shape.RsaBits > 0 ? RSA.Create(shape.RsaBits) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string subject = $"CN={shape.CommonName ?? name}";
        CertificateRequest request = key is RSA rsa
            ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        foreach (string alternative in shape.Names)
        {
            if (IPAddress.TryParse(alternative, out IPAddress? address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(alternative);
            }
        }

        if (shape.Names.Length > 0)
        {
            request.CertificateExtensions.Add(names.Build());
        }

        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        OidCollection usage = [new Oid(shape.Usage)];
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usage, critical: false));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = shape.SelfSigned
            ? request.CreateSelfSigned(now.AddDays(shape.From), now.AddDays(shape.Until))
            : Sign(request, shape.From, shape.Until);
        Identity identity = new(Path.Combine(_folder, name + ".crt"), Path.Combine(_folder, name + ".key"));
        System.IO.File.WriteAllText(identity.Certificate, certificate.ExportCertificatePem() + "\n");
        System.IO.File.WriteAllText(identity.Key, key.ExportPkcs8PrivateKeyPem() + "\n");
        MakePrivate(identity.Key);
        return identity;
    }

    /// <summary>Forbids others to read the file, or to enter the folder.</summary>
    internal static void MakePrivate(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            UnixFileMode enter = Directory.Exists(path) ? UnixFileMode.UserExecute : UnixFileMode.None;
            System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | enter);
        }
    }

    public void Dispose()
    {
        _key.Dispose();
        _certificate.Dispose();
    }

    private static CertificateRequest RequestFor(string subject, ECDsa key)
    {
        CertificateRequest request = new(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        return request;
    }

    private X509Certificate2 Sign(CertificateRequest request, int from, int until)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return request.Create(
            _certificate.SubjectName,
            X509SignatureGenerator.CreateForECDsa(_key),
            now.AddDays(from),
            now.AddDays(until),
            RandomNumberGenerator.GetBytes(8)
        );
    }

    /// <summary>What is in a certificate.</summary>
    internal sealed record Shape(params string[] Names)
    {
        /// <summary>The CN; by default the name of the files.</summary>
        internal string? CommonName { get; init; }

        /// <summary>The length of an RSA key; 0 for a key on P-256.</summary>
        internal int RsaBits { get; init; }

        /// <summary>Days from now.</summary>
        internal int From { get; init; } = -1;

        /// <summary>Days from now.</summary>
        internal int Until { get; init; } = 30;

        internal string Usage { get; init; } = ForServers;

        internal bool SelfSigned { get; init; }
    }

    /// <summary>The files of a certificate and its key.</summary>
    internal sealed record Identity(string Certificate, string Key);
}
