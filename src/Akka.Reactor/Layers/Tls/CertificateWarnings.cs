using System;
using System.Collections.Generic;
using System.Globalization;
using Akka.Event;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// Warns once for each private key file that everybody can read, and for each certificate that is not valid at the present time.
/// Belongs to one actor; not thread-safe.
/// </summary>
internal sealed class CertificateWarnings(ILoggingAdapter log, TimeProvider time)
{
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    internal void Check(TlsCertificate? certificate)
    {
        if (certificate is null)
        {
            return;
        }

        if (certificate.OpenKeyFile is { } file && _said.Add(file.Path))
        {
            log.Warning(
                "The private key in {0} can be read by everybody: the file's mode is {1}, where 0600 is enough",
                file.Path,
                Convert.ToString((int)file.Mode, 8).PadLeft(4, '0')
            );
        }

        DateTime now = time.GetUtcNow().UtcDateTime;
        DateTime begin = certificate.Leaf.NotBefore.ToUniversalTime();
        DateTime end = certificate.Leaf.NotAfter.ToUniversalTime();
        if ((now < begin || now > end) && _said.Add(certificate.Leaf.Thumbprint))
        {
            log.Warning(
                now > end
                    ? "The certificate {0} has expired: it was valid until {1}; peers will reject it"
                    : "The certificate {0} is not valid yet: it is valid from {1}; peers will reject it",
                certificate.ToString(),
                (now > end ? end : begin).ToString("u", CultureInfo.InvariantCulture)
            );
        }
    }
}
