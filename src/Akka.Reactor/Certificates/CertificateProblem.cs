using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography.X509Certificates;

namespace Akka.Reactor.Certificates;

/// <summary>
/// Says in words why a peer's certificate is rejected. What the peer has written into the certificate is shortened, and characters that
/// cannot be printed are replaced.
/// </summary>
internal static class CertificateProblem
{
    private const int MostNames = 5;
    private const int MostCharacters = 200;

    /// <summary>Returns what is wrong with the chain, one reason for each kind of error; empty if there is no error.</summary>
    internal static IEnumerable<string> OfChain(X509Chain? chain, bool peerIsServer)
    {
        HashSet<X509ChainStatusFlags> said = [];
        foreach (X509ChainElement element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            foreach (X509ChainStatus status in element.ChainElementStatus)
            {
                if (said.Add(status.Status))
                {
                    yield return $"{Describe(status.Status, element.Certificate, chain!, peerIsServer)} ({status.Status})";
                }
            }
        }

        // Some errors are of the chain as a whole.
        foreach (X509ChainStatus status in chain?.ChainStatus ?? [])
        {
            if (said.Add(status.Status))
            {
                yield return Describe(status.Status, chain!.ChainElements[^1].Certificate, chain, peerIsServer)
                    + $" ({status.Status})";
            }
        }
    }

    /// <summary>Returns for which names the certificate is valid, which are not the one it should be valid for.</summary>
    internal static string OfName(X509Certificate2 certificate, string wanted)
    {
        List<string> names = NamesOf(certificate);
        return names.Count > 0 ? $"it is valid for {List(names)}, not for {wanted}"
            : certificate.Extensions.Any(extension => extension is X509SubjectAlternativeNameExtension)
                ? "no subject alternative name of it is a DNS name or an IP address"
            : "it has no subject alternative name, and its subject is not used as a name";
    }

    /// <summary>Returns the subject in a form for logs.</summary>
    internal static string SubjectOf(X509Certificate2 certificate) => Printable(certificate.Subject);

    private static string Describe(
        X509ChainStatusFlags status,
        X509Certificate2 certificate,
        X509Chain chain,
        bool peerIsServer
    )
    {
        bool isLeaf = certificate.RawDataMemory.Span.SequenceEqual(
            chain.ChainElements[0].Certificate.RawDataMemory.Span
        );
        string it = isLeaf ? "it" : $"the certificate of its issuer {SubjectOf(certificate)}";
        return status switch
        {
            X509ChainStatusFlags.NotTimeValid when certificate.NotAfter < chain.ChainPolicy.VerificationTime =>
                $"{it} has expired: it was valid until {Time(certificate.NotAfter)}",
            X509ChainStatusFlags.NotTimeValid =>
                $"{it} is not valid yet: it is valid from {Time(certificate.NotBefore)}",
            X509ChainStatusFlags.PartialChain =>
                $"the certificate of its issuer {Printable(certificate.Issuer)} was not sent and is not among the trust anchors",
            X509ChainStatusFlags.UntrustedRoot when isLeaf => "it is self-signed and is not among the trust anchors",
            X509ChainStatusFlags.UntrustedRoot =>
                $"it leads to {SubjectOf(certificate)}, which is not among the trust anchors",
            X509ChainStatusFlags.NotValidForUsage =>
                $"{it} must not be used for {(peerIsServer ? "servers" : "clients")} (extended key usage)",
            X509ChainStatusFlags.NotSignatureValid => $"the signature of {(isLeaf ? "it" : it)} is wrong",
            _ => $"{it} is not acceptable",
        };
    }

    private static List<string> NamesOf(X509Certificate2 certificate)
    {
        List<string> names = [];
        foreach (
            X509SubjectAlternativeNameExtension extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
        )
        {
            names.AddRange(extension.EnumerateDnsNames().Select(Printable));
            names.AddRange(extension.EnumerateIPAddresses().Select(address => address.ToString()));
        }

        return names;
    }

    private static string List(List<string> names) =>
        string.Join(", ", names.Take(MostNames))
        + (names.Count > MostNames ? $" and {names.Count - MostNames} more" : "");

    private static string Time(DateTime time) => time.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture);

    private static string Printable(string text)
    {
        string shown = text.Length > MostCharacters ? string.Concat(text.AsSpan(0, MostCharacters), "...") : text;
        return string.Create(
            shown.Length,
            shown,
            static (span, source) =>
            {
                for (int i = 0; i < span.Length; i++)
                {
                    span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '?' : source[i];
                }
            }
        );
    }
}
