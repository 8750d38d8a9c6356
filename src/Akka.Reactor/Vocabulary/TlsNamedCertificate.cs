using System;
using System.Collections.Generic;
using Akka.Reactor.Certificates;

namespace Akka.Reactor;

/// <summary>A certificate for the clients that ask for one of its names (SNI, RFC 6066 section 3). Immutable.</summary>
public sealed record TlsNamedCertificate
{
    /// <summary>Creates an instance.</summary>
    /// <param name="names">See <see cref="Names"/>; at least one.</param>
    /// <param name="certificate">The certificate, key and intermediates.</param>
    /// <exception cref="ArgumentException">
    /// There is no name, or a name is neither a DNS name nor <c>*.</c> followed by one.
    /// </exception>
    public TlsNamedCertificate(IReadOnlyList<string> names, TlsCertificate certificate)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(certificate);
        Names = [.. names];
        Certificate = certificate;
        if (Names.Count == 0)
        {
            throw new ArgumentException("There is no name.", nameof(names));
        }

        foreach (string name in Names)
        {
            if (!CertificateNames.IsAllowed(name))
            {
                throw new ArgumentException($"{name} is not {CertificateNames.Allowed}.", nameof(names));
            }
        }
    }

    /// <summary>
    /// The names: DNS names such as <c>a.example</c>, and names such as <c>*.b.example</c>, in which the star stands for exactly one
    /// label. Upper and lower case, and a dot at the end, do not matter.
    /// </summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The certificate, key and intermediates.</summary>
    public TlsCertificate Certificate { get; }
}
