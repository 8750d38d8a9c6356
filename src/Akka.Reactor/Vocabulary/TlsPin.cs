using System;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Reactor;

/// <summary>
/// The hash of a public key: SHA-256 of the SubjectPublicKeyInfo (RFC 7469, section 2.4), written <c>sha256/BASE64</c>. A certificate
/// that is renewed with the same key keeps its pin. Immutable.
/// </summary>
public sealed record TlsPin
{
    /// <summary>The form of a pin, for errors.</summary>
    internal const string Allowed = "sha256/ followed by the Base64 of 32 bytes";

    private const string Prefix = "sha256/";

    private readonly string _hash;

    private TlsPin(ReadOnlySpan<byte> hash) => _hash = Convert.ToBase64String(hash);

    /// <summary>Returns the pin of the certificate's public key.</summary>
    public static TlsPin Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return new TlsPin(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>Returns the pin that the text describes.</summary>
    /// <param name="text"><c>sha256/</c>, and the hash in Base64.</param>
    /// <exception cref="FormatException">The text is not a pin.</exception>
    public static TlsPin Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out TlsPin? pin) ? pin : throw new FormatException($"{text} is not {Allowed}.");
    }

    /// <summary>Returns whether the text is a pin.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out TlsPin? pin)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        pin =
            text is not null
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && Convert.TryFromBase64String(text[Prefix.Length..], hash, out int length)
            && length == hash.Length
                ? new TlsPin(hash)
                : null;
        return pin is not null;
    }

    /// <summary>Returns <c>sha256/</c> and the hash in Base64.</summary>
    public override string ToString() => Prefix + _hash;
}
