using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Security;

namespace Akka.Reactor.Certificates;

/// <summary>Lists of cipher suites, by their IANA names.</summary>
internal static class TlsCipherSuites
{
    /// <summary>The form of a name, for errors.</summary>
    internal const string Allowed =
        "an IANA name such as TLS_AES_128_GCM_SHA256 or TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";

    /// <summary>Returns the suite of the name, or null if there is none.</summary>
    internal static TlsCipherSuite? Parse(string name) =>
        Enum.TryParse(name, out TlsCipherSuite suite) && string.Equals(suite.ToString(), name, StringComparison.Ordinal)
            ? suite
            : null;

    /// <summary>Returns SslStream's form of the list, or null if the list is empty.</summary>
    /// <exception cref="PlatformNotSupportedException">The system does not allow a choice.</exception>
    internal static CipherSuitesPolicy? PolicyOf(IReadOnlyList<TlsCipherSuite> suites)
    {
        if (suites.Count == 0)
        {
            return null;
        }

#pragma warning disable CA1416 // The platforms that do not have it throw, which the caller documents.
        return new CipherSuitesPolicy(suites.Distinct());
#pragma warning restore CA1416
    }
}
