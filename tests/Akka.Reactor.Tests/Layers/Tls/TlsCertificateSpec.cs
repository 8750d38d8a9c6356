using System;
using System.IO;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Tls;

public sealed class TlsCertificateSpec : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("reactor-tls-");
    private readonly X509Certificate2 _leaf = TestCertificates.Issue(TestCertificates.Host);

    private string CertificatePem => _leaf.ExportCertificatePem() + "\n";

    private string KeyPem => Key.ExportPkcs8PrivateKeyPem() + "\n";

    private ECDsa Key => _leaf.GetECDsaPrivateKey()!;

    public void Dispose()
    {
        _leaf.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_certificate_and_its_key_come_from_two_files()
    {
        TlsCertificate certificate = TlsCertificate.FromPemFiles(
            Save("server.pem", CertificatePem),
            Save("server.key", KeyPem)
        );

        AssertServes(certificate);
    }

    [Fact]
    public void A_certificate_and_its_key_may_share_a_file_in_any_order()
    {
        AssertServes(TlsCertificate.FromPemFiles(Save("a.pem", CertificatePem + KeyPem)));
        AssertServes(TlsCertificate.FromPemFiles(Save("b.pem", KeyPem + CertificatePem)));
    }

    [Fact]
    public void A_key_may_be_in_SEC_1_form()
    {
        AssertServes(
            TlsCertificate.FromPemFiles(Save("server.pem", CertificatePem), Save("k.pem", Key.ExportECPrivateKeyPem()))
        );
    }

    [Fact]
    public void An_encrypted_key_needs_its_password()
    {
        var strength = new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000);
        string certificate = Save("server.pem", CertificatePem);
        string key = Save("server.key", Key.ExportEncryptedPkcs8PrivateKeyPem("right", strength));

        AssertServes(TlsCertificate.FromPemFiles(certificate, key, "right"));
        AssertRefused(key, "encrypted", () => TlsCertificate.FromPemFiles(certificate, key));
        AssertRefused(key, "cannot be decoded", () => TlsCertificate.FromPemFiles(certificate, key, "wrong"));
    }

    [Fact]
    public void Intermediates_are_sent_along()
    {
        using X509Certificate2 authority = TestCertificates.IssueAuthority();
        using X509Certificate2 leaf = TestCertificates.Issue(TestCertificates.Host, issuer: authority);

        TlsCertificate certificate = TlsCertificate.FromPemFiles(
            Save("chain.pem", leaf.ExportCertificatePem() + "\n" + authority.ExportCertificatePem()),
            Save("server.key", leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem())
        );

        Assert.Equal(leaf.Thumbprint, certificate.Leaf.Thumbprint);
        AssertServes(certificate);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        string missing = Path.Combine(_folder.FullName, "missing.pem");
        string certificate = Save("server.pem", CertificatePem);

        AssertRefused(missing, "does not exist", () => TlsCertificate.FromPemFiles(missing));
        AssertRefused(missing, "does not exist", () => TlsCertificate.FromPemFiles(certificate, missing));
    }

    [Fact]
    public void A_folder_cannot_be_read()
    {
        AssertRefused(_folder.FullName, "cannot be read", () => TlsCertificate.FromPemFiles(_folder.FullName));
    }

    [Theory]
    [InlineData("", "no PEM certificate")]
    [InlineData("not PEM at all", "no PEM certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be decoded")]
    public void A_file_without_a_certificate_is_refused(string content, string problem)
    {
        string path = Save("bad.pem", content);

        AssertRefused(path, problem, () => TlsCertificate.FromPemFiles(path));
    }

    [Fact]
    public void A_file_without_a_key_is_refused()
    {
        string path = Save("server.pem", CertificatePem);

        AssertRefused(path, "no PEM private key", () => TlsCertificate.FromPemFiles(path));
        AssertRefused(path, "no PEM private key", () => TlsCertificate.FromPemFiles(path, path));
    }

    [Fact]
    public void The_key_of_another_certificate_is_refused()
    {
        using ECDsa stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string certificate = Save("server.pem", CertificatePem);
        string key = Save("other.key", stranger.ExportPkcs8PrivateKeyPem());

        AssertRefused(key, "does not belong", () => TlsCertificate.FromPemFiles(certificate, key));
    }

    [Fact]
    public void A_damaged_key_is_refused()
    {
        string certificate = Save("server.pem", CertificatePem);
        string key = Save("bad.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");

        AssertRefused(key, "cannot be decoded", () => TlsCertificate.FromPemFiles(certificate, key));
    }

    [Fact]
    public void A_certificate_in_memory_needs_its_key()
    {
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(_leaf.RawData);

        Assert.Throws<ArgumentException>(() => TlsCertificate.From(bare));
    }

    private static void AssertRefused(string path, string problem, Func<TlsCertificate> load)
    {
        var refusal = Assert.Throws<TlsCertificateLoadException>(load);
        Assert.Equal(path, refusal.Path);
        Assert.Contains(problem, refusal.Problem, StringComparison.Ordinal);
        Assert.Contains(path, refusal.Message, StringComparison.Ordinal);
    }

    private static void AssertServes(TlsCertificate certificate)
    {
        using var pair = new TlsPair(server: new TlsServerOptions(certificate));
        pair.Start();
        pair.Exchange();
        Assert.NotNull(pair.ClientSink.Info);
    }

    private string Save(string name, string content)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, content);
        return path;
    }
}
