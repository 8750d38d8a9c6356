using System;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Reactor.Tests.Layers.Tls;

/// <summary>A certificate authority for tests, and what it signs. Made once per test run.</summary>
internal static class TestCertificates
{
    public const string Host = "server.test";

    private static readonly X509Certificate2 RootCertificate = MakeRoot();

    public static X509Certificate2Collection Anchors { get; } =
    [X509CertificateLoader.LoadCertificate(RootCertificate.RawData)];

    /// <summary>Issued anew each time, so that no session is resumed from one test to the next.</summary>
    public static TlsCertificate Server => TlsCertificate.From(Issue(Host));

    public static TlsCertificate Expired { get; } = TlsCertificate.From(Issue(Host, notBefore: -20, notAfter: -10));

    public static TlsCertificate Client { get; } = TlsCertificate.From(Issue("client.test"));

    public static TlsCertificate SelfSigned { get; } = TlsCertificate.From(MakeSelfSigned());

    /// <summary>A certificate authority under the root.</summary>
    public static X509Certificate2 IssueAuthority()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test Intermediate", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        return Sign(request, key, RootCertificate, -1, 30);
    }

    public static X509Certificate2 Issue(
        string name,
        int notBefore = -1,
        int notAfter = 30,
        X509Certificate2? issuer = null
    )
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Sign(Request(name, key), key, issuer ?? RootCertificate, notBefore, notAfter);
    }

    /// <summary>A certificate with these extensions and no others, not even a name.</summary>
    public static X509Certificate2 IssueWith(string subject, params X509Extension[] extensions)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        foreach (X509Extension extension in extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        return Sign(request, key, RootCertificate, -1, 30);
    }

    private static X509Certificate2 Sign(
        CertificateRequest request,
        ECDsa key,
        X509Certificate2 issuer,
        int notBefore,
        int notAfter
    )
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        byte[] serial = RandomNumberGenerator.GetBytes(8);
        using X509Certificate2 certificate = request.Create(
            issuer,
            now.AddDays(notBefore),
            now.AddDays(notAfter),
            serial
        );
        return certificate.CopyWithPrivateKey(key);
    }

    private static X509Certificate2 MakeSelfSigned()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Request(Host, key)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }

    private static CertificateRequest Request(string name, ECDsa key)
    {
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    private static X509Certificate2 MakeRoot()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test Root", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 1, true));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-30), now.AddDays(365));
    }
}
