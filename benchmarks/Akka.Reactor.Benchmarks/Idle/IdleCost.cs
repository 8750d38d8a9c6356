using System.Collections.Generic;
using System.Linq;

namespace Akka.Reactor.Benchmarks.Idle;

/// <summary>The memory that one idle connection costs its server process, in bytes.</summary>
/// <param name="Managed">The bytes of the managed heap.</param>
/// <param name="Resident">The bytes of the resident set, which includes the managed heap.</param>
internal sealed record IdleCost(double Managed, double Resident)
{
    private const double MostManaged = 3 * 1024;
    private const double MostResident = 5 * 1024;
    private const double MostToSslStream = 1.1;

    /// <summary>Returns whether the cost is within the limits, and a verdict on each limit.</summary>
    /// <param name="sslStream">The cost with an SslStream, for a measurement under TLS, or null without TLS.</param>
    internal (bool Kept, IEnumerable<string> Verdicts) Check(IdleCost? sslStream)
    {
        (string Name, double Found, double Most)[] limits = sslStream is null
            ? [("managed heap", Managed, MostManaged), ("resident set", Resident, MostResident)]
            : [("resident set", Resident, sslStream.Resident * MostToSslStream)];
        return (
            limits.All(limit => limit.Found <= limit.Most),
            limits.Select(limit =>
                $"{(limit.Found <= limit.Most ? "kept  " : "MISSED")} {limit.Name} {limit.Found:F0}, at most {limit.Most:F0}"
            )
        );
    }
}
