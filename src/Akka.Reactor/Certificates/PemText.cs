using System;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Reactor.Certificates;

/// <summary>
/// Reads certificates and private keys from PEM text (RFC 7468). Text around the blocks is ignored. An error says what is wrong,
/// without any contents of the file.
/// </summary>
internal static class PemText
{
    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string Ec = "1.2.840.10045.2.1";

    /// <summary>Returns the certificates in the order of the text, at least one.</summary>
    internal static X509Certificate2Collection Certificates(string path, string pem)
    {
        RequireLines(path, pem);
        var chain = new X509Certificate2Collection();
        CryptographicException? cause = null;
        try
        {
            chain.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            cause = e;
        }

        // A block that is not Base64 is not imported, without an exception.
        int blocks = pem.AsSpan().Count("-----BEGIN CERTIFICATE-----");
        if (cause is not null || chain.Count < blocks)
        {
            throw new TlsCertificateLoadException(path, "a certificate in the file cannot be decoded", cause);
        }

        return chain.Count > 0
            ? chain
            : throw new TlsCertificateLoadException(path, "the file has no PEM certificate (no BEGIN CERTIFICATE)");
    }

    /// <summary>Returns the certificate with its private key, which is the first one in the text.</summary>
    internal static X509Certificate2 WithKey(X509Certificate2 leaf, string path, string pem, string? password)
    {
        RequireLines(path, pem);
        RequireUsableKey(leaf, path);
        (string label, string block) = FindKey(path, pem);
        bool encrypted = label.StartsWith("ENCRYPTED", StringComparison.Ordinal);
        if (encrypted && password is null)
        {
            throw new TlsCertificateLoadException(path, "the private key is encrypted and no password is given");
        }

        using AsymmetricAlgorithm key = AlgorithmOf(leaf);
        try
        {
            Import(key, block, encrypted ? password : null);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new TlsCertificateLoadException(path, WhyNot(leaf, label, block, encrypted ? password : null), e);
        }

        try
        {
            return key is RSA rsa ? leaf.CopyWithPrivateKey(rsa) : leaf.CopyWithPrivateKey((ECDsa)key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new TlsCertificateLoadException(path, NotItsKey(leaf, "private key"), e);
        }
    }

    /// <summary>Throws if SslStream cannot use the algorithm of the certificate's key.</summary>
    internal static void RequireUsableKey(X509Certificate2 leaf, string path)
    {
        if (leaf.PublicKey.Oid.Value is not (Rsa or Ec))
        {
            throw new TlsCertificateLoadException(
                path,
                $"the certificate {leaf.Subject} has an {NameOf(leaf.PublicKey.Oid.Value)} key; only RSA and EC keys can be used"
            );
        }
    }

    private static AsymmetricAlgorithm AlgorithmOf(X509Certificate2 leaf) =>
        leaf.PublicKey.Oid.Value == Rsa ? RSA.Create() : ECDsa.Create();

    private static void Import(AsymmetricAlgorithm key, string block, string? password)
    {
        if (password is null)
        {
            key.ImportFromPem(block);
        }
        else
        {
            key.ImportFromEncryptedPem(block, password);
        }
    }

    // Without a line break between END and BEGIN, .NET does not see either of the two blocks.
    private static void RequireLines(string path, string pem)
    {
        if (pem.Contains("----------BEGIN ", StringComparison.Ordinal))
        {
            throw new TlsCertificateLoadException(
                path,
                "a line has the END of a PEM block and the BEGIN of the next one; there must be a line break between them"
            );
        }
    }

    private static (string Label, string Block) FindKey(string path, string pem)
    {
        for (ReadOnlySpan<char> rest = pem; PemEncoding.TryFind(rest, out PemFields fields); )
        {
            string label = rest[fields.Label].ToString();
            if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            {
                return (label, rest[fields.Location].ToString());
            }

            rest = rest[fields.Location.End..];
        }

        throw new TlsCertificateLoadException(
            path,
            pem.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal)
                    ? "the private key is encrypted in OpenSSL's old form (Proc-Type), which .NET cannot read; convert it with openssl pkcs8 -topk8 -in FILE -out NEW"
                : pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal) ? "the private key cannot be decoded"
                : "the file has no PEM private key (no BEGIN PRIVATE KEY)"
        );
    }

    private static string WhyNot(X509Certificate2 leaf, string label, string block, string? password)
    {
        if (password is not null)
        {
            // A key of the other kind proves that the password is right.
            using AsymmetricAlgorithm other = leaf.PublicKey.Oid.Value == Rsa ? ECDsa.Create() : RSA.Create();
            try
            {
                Import(other, block, password);
                return NotItsKey(leaf, "private key");
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                return "the private key cannot be decrypted: the password is wrong, or the key is neither RSA nor EC";
            }
        }

        string? algorithm = label switch
        {
            "PRIVATE KEY" => AlgorithmIn(block),
            "RSA PRIVATE KEY" => Rsa,
            "EC PRIVATE KEY" => Ec,
            _ => null,
        };
        return algorithm is not null && algorithm != leaf.PublicKey.Oid.Value
                ? NotItsKey(leaf, $"{NameOf(algorithm)} private key")
            : algorithm is null && label != "PRIVATE KEY"
                ? $"the private key has a form that .NET cannot read (BEGIN {label}); convert it with openssl pkcs8 -topk8 -nocrypt -in FILE -out NEW"
            : "the private key cannot be decoded";
    }

    // PKCS#8 (RFC 5208): a version, then the algorithm, then the key.
    private static string? AlgorithmIn(string block)
    {
        PemFields fields = PemEncoding.Find(block);
        byte[] der = Convert.FromBase64String(block[fields.Base64Data]);
        try
        {
            AsnReader info = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
            _ = info.ReadInteger();
            return info.ReadSequence().ReadObjectIdentifier();
        }
        catch (AsnContentException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    private static string NotItsKey(X509Certificate2 leaf, string key) =>
        $"the {key} does not belong to the certificate {leaf.Subject}, whose key is {NameOf(leaf.PublicKey.Oid.Value)}";

    private static string NameOf(string? algorithm) =>
        algorithm switch
        {
            Rsa => "RSA",
            Ec => "EC",
            "1.3.101.112" => "Ed25519",
            "1.3.101.113" => "Ed448",
            "1.2.840.113549.1.1.10" => "RSA-PSS",
            "1.2.840.10040.4.1" => "DSA",
            _ => algorithm ?? "unknown",
        };
}
