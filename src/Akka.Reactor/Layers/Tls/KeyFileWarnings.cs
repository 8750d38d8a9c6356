using System;
using System.Collections.Generic;
using Akka.Event;

namespace Akka.Reactor.Layers.Tls;

/// <summary>Warns once for each private key file that everybody can read. Belongs to one actor; not thread-safe.</summary>
internal sealed class KeyFileWarnings(ILoggingAdapter log)
{
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    internal void Check(TlsCertificate? certificate)
    {
        if (certificate?.OpenKeyFile is { } file && _said.Add(file.Path))
        {
            log.Warning(
                "The private key in {0} can be read by everybody: the file's mode is {1}, where 0600 is enough",
                file.Path,
                Convert.ToString((int)file.Mode, 8).PadLeft(4, '0')
            );
        }
    }
}
