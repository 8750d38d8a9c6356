using System;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Reactor.Certificates;

/// <summary>
/// A certificate in a store of the system, by its thumbprint: <c>store:CurrentUser/My/THUMBPRINT</c>. On Linux and macOS .NET keeps the
/// stores of a user below <c>~/.dotnet/corefx/cryptography/x509stores</c>, and in the keychain.
/// </summary>
internal sealed record StoredCertificate(StoreLocation Location, string Store, string Thumbprint)
{
    /// <summary>The form of the text, for errors.</summary>
    internal const string Allowed = "store:CurrentUser/STORE/THUMBPRINT or store:LocalMachine/STORE/THUMBPRINT";

    private const string Prefix = "store:";
    private const int ThumbprintLength = 40;

    internal static bool IsMeant(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Returns the certificate that the text names, or null if the text does not have the form.</summary>
    internal static StoredCertificate? Parse(string text) =>
        IsMeant(text)
        && text[Prefix.Length..].Split('/') is [var location, { Length: > 0 } store, var written]
        && location is nameof(StoreLocation.CurrentUser) or nameof(StoreLocation.LocalMachine)
        && ThumbprintOf(written) is { } thumbprint
            ? new StoredCertificate(Enum.Parse<StoreLocation>(location), store, thumbprint)
            : null;

    /// <summary>
    /// Returns the SHA-1 in the form in which stores have it, or null if the text is none. Programs write it with spaces or colons, and
    /// Windows copies an invisible character before it.
    /// </summary>
    internal static string? ThumbprintOf(string written)
    {
        string digits = string.Concat(written.Where(letter => letter is not (' ' or ':' or '\u200E')))
            .ToUpperInvariant();
        return digits.Length == ThumbprintLength && digits.All(char.IsAsciiHexDigitUpper) ? digits : null;
    }

    /// <exception cref="TlsCertificateLoadException">
    /// There is no such store, or no such certificate with a private key that can be used.
    /// </exception>
    internal LoadedCertificate Load()
    {
        X509Certificate2 leaf = Find();
        if (!leaf.HasPrivateKey)
        {
            throw new TlsCertificateLoadException(ToString(), "the certificate has no private key in this store");
        }

        PemText.RequireUsableKey(leaf, ToString());

        // The intermediates are found in the stores of the system.
        return new LoadedCertificate(leaf, []);
    }

    public override string ToString() => $"{Prefix}{Location}/{Store}/{Thumbprint}";

    private X509Certificate2 Find()
    {
        using X509Store store = new(Store, Location);
        try
        {
            store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
        }
        catch (CryptographicException e)
        {
            throw new TlsCertificateLoadException(ToString(), "the store does not exist or cannot be opened", e);
        }

        return store.Certificates.Find(X509FindType.FindByThumbprint, Thumbprint, validOnly: false).FirstOrDefault()
            ?? throw new TlsCertificateLoadException(ToString(), "no certificate in the store has this thumbprint");
    }
}
