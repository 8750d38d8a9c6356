using System;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>Makes the certificate of a TLS server: self-signed, ECDSA on P-256. Every server makes its own.</summary>
internal static class ServerCertificate
{
    internal static X509Certificate2 Create()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
    }
}
