using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Reactor.Certificates;

/// <summary>Finds the certificate for the name that a client asks for. Immutable.</summary>
internal sealed class CertificateNames
{
    /// <summary>The names that are allowed, for errors.</summary>
    internal const string Allowed = "a DNS name, or *. followed by a DNS name";

    private const string Wildcard = "*.";

    private static readonly IdnMapping s_idn = new();

    private readonly Dictionary<string, TlsCertificate> _certificates = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="ArgumentException">Two certificates have the same name.</exception>
    internal CertificateNames(IReadOnlyList<TlsNamedCertificate> certificates)
    {
        foreach (TlsNamedCertificate certificate in certificates)
        {
            foreach (string name in certificate.Names)
            {
                if (!_certificates.TryAdd(Normal(name), certificate.Certificate))
                {
                    throw new ArgumentException($"The name {name} appears twice.", nameof(certificates));
                }
            }
        }
    }

    /// <summary>Whether no certificate has a name.</summary>
    internal bool IsEmpty => _certificates.Count == 0;

    /// <summary>Whether a certificate can have this name.</summary>
    internal static bool IsAllowed(string? name) =>
        name is not null
        && Ascii(IsWildcard(name) ? name[Wildcard.Length..] : name) is { } ascii
        && Uri.CheckHostName(ascii) == UriHostNameType.Dns;

    /// <summary>
    /// Returns the certificate for the name, or null if there is none: an exact name before a wildcard, which stands for one label.
    /// </summary>
    /// <param name="name">The name that the client sent. Null or empty: it sent none.</param>
    internal TlsCertificate? Find(string? name)
    {
        if (string.IsNullOrEmpty(name) || Ascii(name) is not { } ascii)
        {
            return null;
        }

        int dot = ascii.IndexOf('.', StringComparison.Ordinal);
        return _certificates.GetValueOrDefault(ascii)
            ?? (dot > 0 ? _certificates.GetValueOrDefault(string.Concat("*", ascii.AsSpan(dot))) : null);
    }

    /// <summary>Returns an allowed name in the form in which two names for the same hosts are equal, but for upper and lower case.</summary>
    internal static string Normal(string name) =>
        IsWildcard(name) ? Wildcard + Ascii(name[Wildcard.Length..]) : Ascii(name)!;

    /// <summary>
    /// Returns whether one of the certificate's subject alternative names is the given name, in which a star stands for one label.
    /// </summary>
    internal static bool Has(X509Certificate2 certificate, string name)
    {
        string normal = Normal(name);
        return IsWildcard(normal)
            ? certificate
                .Extensions.OfType<X509SubjectAlternativeNameExtension>()
                .SelectMany(extension => extension.EnumerateDnsNames())
                .Any(has =>
                    has.IndexOf('.', StringComparison.Ordinal) is var dot and > 0
                    && has.AsSpan(dot).Equals(normal.AsSpan(1), StringComparison.OrdinalIgnoreCase)
                )
            : certificate.MatchesHostname(normal, allowWildcards: true, allowCommonName: false);
    }

    private static bool IsWildcard(string name) => name.StartsWith(Wildcard, StringComparison.Ordinal);

    // SslStream converts names to Unicode, and a configuration may have them in either form. Null: not a name.
    private static string? Ascii(string name)
    {
        string text = name.EndsWith('.') ? name[..^1] : name;
        try
        {
            return text.Length == 0 ? null : s_idn.GetAscii(text);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
