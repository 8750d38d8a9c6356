using System;
using System.IO;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Tls;

public sealed class TlsCertificateSpec : IDisposable
{
    // Made by openssl, because .NET cannot make such a key.
    private const string Ed25519Certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBQDCB86ADAgECAhR90b1c5XwjaVKDj6G5oE1NreI0RTAFBgMrZXAwFjEUMBIG
        A1UEAwwLc2VydmVyLnRlc3QwHhcNMjYxMjAxMDEwODA2WhcNMzYxMTI4MDEwODA2
        WjAWMRQwEgYDVQQDDAtzZXJ2ZXIudGVzdDAqMAUGAytlcAMhAAQ1baI38hQ+pUYI
        sDiTUTKz1MK2fyHnd5qL3RykC6HIo1MwUTAdBgNVHQ4EFgQUWnm23DsOg5OkQCjR
        mqFE0Q8TQeswHwYDVR0jBBgwFoAUWnm23DsOg5OkQCjRmqFE0Q8TQeswDwYDVR0T
        AQH/BAUwAwEB/zAFBgMrZXADQQAwmycYTpwB2m15v+aypqmsJNz86+kfLzG45KXm
        WSwkaN0KJVeT35kFDmbyyNljhJvetFfvM2qtFUibmQ3hbiQB
        -----END CERTIFICATE-----
        """;

    private const string Ed25519Key = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEICixkQz8+FsCDp9Ccg0Jyy/zWwRczFVf15XjcEzl3FwZ
        -----END PRIVATE KEY-----
        """;

    private static readonly PbeParameters Strength = new(
        PbeEncryptionAlgorithm.Aes128Cbc,
        HashAlgorithmName.SHA256,
        1000
    );

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
        TlsCertificate certificate = TlsCertificate.FromFiles(
            Save("server.pem", CertificatePem),
            Save("server.key", KeyPem)
        );

        AssertServes(certificate);
    }

    [Fact]
    public void A_certificate_and_its_key_may_share_a_file_in_any_order()
    {
        AssertServes(TlsCertificate.FromFiles(Save("a.pem", CertificatePem + KeyPem)));
        AssertServes(TlsCertificate.FromFiles(Save("b.pem", KeyPem + CertificatePem)));
    }

    [Fact]
    public void A_key_may_be_in_SEC_1_form()
    {
        AssertServes(
            TlsCertificate.FromFiles(Save("server.pem", CertificatePem), Save("k.pem", Key.ExportECPrivateKeyPem()))
        );
    }

    [Fact]
    public void An_encrypted_key_needs_its_password()
    {
        string certificate = Save("server.pem", CertificatePem);
        string key = Save("server.key", Key.ExportEncryptedPkcs8PrivateKeyPem("right", Strength));

        AssertServes(TlsCertificate.FromFiles(certificate, key, "right"));
        AssertRefused(key, "encrypted", () => TlsCertificate.FromFiles(certificate, key));
        AssertRefused(key, "the password is wrong", () => TlsCertificate.FromFiles(certificate, key, "wrong"));
    }

    [Fact]
    public void Intermediates_are_sent_along()
    {
        using X509Certificate2 authority = TestCertificates.IssueAuthority();
        using X509Certificate2 leaf = TestCertificates.Issue(TestCertificates.Host, issuer: authority);

        TlsCertificate certificate = TlsCertificate.FromFiles(
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

        AssertRefused(missing, "does not exist", () => TlsCertificate.FromFiles(missing));
        AssertRefused(missing, "does not exist", () => TlsCertificate.FromFiles(certificate, missing));
    }

    [Fact]
    public void A_folder_cannot_be_read()
    {
        AssertRefused(_folder.FullName, "cannot be read", () => TlsCertificate.FromFiles(_folder.FullName));
    }

    [Theory]
    [InlineData("", "no PEM certificate")]
    [InlineData("not PEM at all", "no PEM certificate")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "cannot be decoded")]
    public void A_file_without_a_certificate_is_refused(string content, string problem)
    {
        string path = Save("bad.pem", content);

        AssertRefused(path, problem, () => TlsCertificate.FromFiles(path));
    }

    [Fact]
    public void A_file_without_a_key_is_refused()
    {
        string path = Save("server.pem", CertificatePem);

        AssertRefused(path, "no PEM private key", () => TlsCertificate.FromFiles(path));
        AssertRefused(path, "no PEM private key", () => TlsCertificate.FromFiles(path, path));
    }

    [Fact]
    public void The_key_of_another_certificate_is_refused()
    {
        using ECDsa stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string certificate = Save("server.pem", CertificatePem);
        string key = Save("other.key", stranger.ExportPkcs8PrivateKeyPem());

        AssertRefused(key, "does not belong", () => TlsCertificate.FromFiles(certificate, key));
    }

    [Fact]
    public void A_damaged_key_is_refused()
    {
        string certificate = Save("server.pem", CertificatePem);
        string key = Save("bad.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");

        AssertRefused(key, "cannot be decoded", () => TlsCertificate.FromFiles(certificate, key));
    }

    [Theory]
    [InlineData("\r\n", "")]
    [InlineData("\n", "\uFEFF")]
    [InlineData("\r\n", "\uFEFFsubject=CN = server.test\n\nBag Attributes\n    friendlyName: x\n")]
    public void Line_ends_a_byte_order_mark_and_text_around_the_blocks_do_not_matter(string lineEnd, string before)
    {
        string pem = (before + CertificatePem + "Key Attributes: <No Attributes>\n" + KeyPem).ReplaceLineEndings(
            lineEnd
        );

        AssertServes(TlsCertificate.FromFiles(Save("a.pem", pem)));
    }

    [Fact]
    public void A_file_may_be_in_UTF_16_as_PowerShell_writes_it()
    {
        string path = Path.Combine(_folder.FullName, "a.pem");
        File.WriteAllText(path, CertificatePem + KeyPem, Encoding.Unicode);

        AssertServes(TlsCertificate.FromFiles(path));
    }

    [Fact]
    public void A_key_may_be_RSA_in_all_its_forms()
    {
        using RSA rsa = RSA.Create(2048);
        using X509Certificate2 leaf = SelfSigned(rsa);
        string certificate = Save("server.pem", leaf.ExportCertificatePem());

        Assert.True(Load(rsa.ExportPkcs8PrivateKeyPem()).Leaf.HasPrivateKey);
        Assert.True(Load(rsa.ExportRSAPrivateKeyPem()).Leaf.HasPrivateKey);
        Assert.True(Load(rsa.ExportEncryptedPkcs8PrivateKeyPem("right", Strength), "right").Leaf.HasPrivateKey);

        TlsCertificate Load(string key, string? password = null) =>
            TlsCertificate.FromFiles(certificate, Save("server.key", key), password);
    }

    [Theory]
    [InlineData("secret")]
    [InlineData(null)]
    public void A_PKCS_12_file_is_recognized_by_its_content(string? password)
    {
        using X509Certificate2 authority = TestCertificates.IssueAuthority();
        using X509Certificate2 leaf = TestCertificates.Issue(TestCertificates.Host, issuer: authority);
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(authority.RawData);
        string path = Save(
            "server.pem",
            new X509Certificate2Collection { bare, leaf }.Export(X509ContentType.Pkcs12, password)!
        );

        TlsCertificate certificate = TlsCertificate.FromFiles(path, password: password);

        Assert.Equal(leaf.Thumbprint, certificate.Leaf.Thumbprint);
        AssertServes(certificate); // The client does not know the authority: it was sent along.
    }

    [Fact]
    public void What_is_wrong_with_a_PKCS_12_file_is_told()
    {
        string path = Save("server.pfx", _leaf.Export(X509ContentType.Pkcs12, "secret"));
        string key = Save("server.key", KeyPem);
        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(_leaf.RawData);
        string keyless = Save("keyless.pfx", bare.Export(X509ContentType.Pkcs12));
        string der = Save("server.der", _leaf.RawData);
        string half = Save("half.pfx", File.ReadAllBytes(path)[..200]);

        AssertRefused(path, "is wrong", () => TlsCertificate.FromFiles(path, password: "wrong"));
        AssertRefused(path, "no password is given", () => TlsCertificate.FromFiles(path));
        AssertRefused(path, "no other file may be given", () => TlsCertificate.FromFiles(path, key, "secret"));
        AssertRefused(keyless, "has no private key", () => TlsCertificate.FromFiles(keyless));
        AssertRefused(der, "DER form", () => TlsCertificate.FromFiles(der, key));
        AssertRefused(half, "neither PEM nor PKCS#12", () => TlsCertificate.FromFiles(half, password: "secret"));
    }

    [Fact]
    public void Blocks_that_were_joined_without_a_line_break_are_refused()
    {
        string glued = Save("glued.pem", CertificatePem.TrimEnd() + KeyPem);
        string certificate = Save("server.pem", CertificatePem);

        AssertRefused(glued, "line break between them", () => TlsCertificate.FromFiles(glued));
        AssertRefused(glued, "line break between them", () => TlsCertificate.FromFiles(certificate, glued));
    }

    [Fact]
    public void A_damaged_intermediate_is_refused_and_not_left_out()
    {
        string path = Save(
            "chain.pem",
            CertificatePem + KeyPem + CertificatePem.Replace("MII", "M!I", StringComparison.Ordinal)
        );

        AssertRefused(path, "cannot be decoded", () => TlsCertificate.FromFiles(path));
    }

    [Fact]
    public void A_key_of_an_algorithm_that_cannot_be_used_is_named()
    {
        string edwards = Save("ed25519.pem", Ed25519Certificate);
        string edwardsKey = Save("ed25519.key", Ed25519Key);
        string certificate = Save("server.pem", CertificatePem);
        using RSA rsa = RSA.Create(2048);
        string pkcs8 = Save("pkcs8.key", rsa.ExportPkcs8PrivateKeyPem());
        string pkcs1 = Save("pkcs1.key", rsa.ExportRSAPrivateKeyPem());
        string encrypted = Save("encrypted.key", rsa.ExportEncryptedPkcs8PrivateKeyPem("right", Strength));

        AssertRefused(
            edwardsKey,
            "an Ed25519 key; only RSA and EC",
            () => TlsCertificate.FromFiles(edwards, edwardsKey)
        );
        AssertRefused(
            edwardsKey,
            "the Ed25519 private key does not",
            () => TlsCertificate.FromFiles(certificate, edwardsKey)
        );
        AssertRefused(pkcs8, "the RSA private key does not belong", () => TlsCertificate.FromFiles(certificate, pkcs8));
        AssertRefused(pkcs1, "the RSA private key does not belong", () => TlsCertificate.FromFiles(certificate, pkcs1));
        AssertRefused(encrypted, "does not belong", () => TlsCertificate.FromFiles(certificate, encrypted, "right"));
    }

    [Theory]
    [InlineData(
        "RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA",
        "openssl pkcs8"
    )]
    [InlineData("OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH", "BEGIN OPENSSH PRIVATE KEY")]
    public void A_form_of_keys_that_cannot_be_read_is_told_with_the_way_out(string content, string problem)
    {
        string certificate = Save("server.pem", CertificatePem);
        string key = Save("old.key", $"-----BEGIN {content} PRIVATE KEY-----\n");

        AssertRefused(key, problem, () => TlsCertificate.FromFiles(certificate, key, "secret"));
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

    private string Save(string name, byte[] content)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private static X509Certificate2 SelfSigned(RSA key)
    {
        var request = new CertificateRequest(
            "CN=server.test",
            key,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }
}
