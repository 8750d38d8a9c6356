using System;
using System.Collections.Generic;
using System.Globalization;
using Akka.Event;
using Akka.Reactor.Certificates;

namespace Akka.Reactor.Layers.Tls;

/// <summary>
/// Warns once for each private key file that everybody can read, and once a day for each certificate that has expired, will expire
/// soon or is not valid yet. Not thread-safe.
/// </summary>
/// <param name="log">Receives the warnings.</param>
/// <param name="time">The clock by which peers judge a certificate.</param>
/// <param name="before">The time before the end of a certificate at which the warnings begin.</param>
internal sealed class CertificateWarnings(ILoggingAdapter log, TimeProvider time, TimeSpan before)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly HashSet<string> _openFiles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTime> _warned = new(StringComparer.Ordinal);

    internal void Check(IReloadable item)
    {
        // Bundles of roots contain old ones.
        if (item is not TlsCertificate certificate)
        {
            return;
        }

        if (certificate.OpenKeyFile is { } file && _openFiles.Add(file.Path))
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
        if (now >= begin && end - now >= before)
        {
            return;
        }

        string thumbprint = certificate.Leaf.Thumbprint;
        if (_warned.TryGetValue(thumbprint, out DateTime last) && now - last < Day)
        {
            return;
        }

        _warned[thumbprint] = now;
        log.Warning(
            now < begin ? "The certificate {0} is not valid yet: it is valid from {1}; peers will reject it"
                : now > end ? "The certificate {0} has expired: it was valid until {1}; peers will reject it"
                : "The certificate {0} expires soon: it is valid until {1}",
            certificate.ToString(),
            (now < begin ? begin : end).ToString("u", CultureInfo.InvariantCulture)
        );
    }
}
