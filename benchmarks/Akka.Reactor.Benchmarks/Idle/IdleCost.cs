using System.Collections.Generic;
using System.Linq;

namespace Akka.Reactor.Benchmarks.Idle;

/// <summary>What one idle connection costs its server process, in bytes.</summary>
/// <param name="Managed">Of the managed heap.</param>
/// <param name="Resident">Of the resident set, in which the managed heap is.</param>
internal sealed record IdleCost(double Managed, double Resident)
{
    private const double MostManaged = 3 * 1024;
    private const double MostResident = 5 * 1024;
    private const double MostToSslStream = 1.1;

    /// <summary>Whether it is within the limits, and what to say of each.</summary>
    /// <param name="sslStream">What an SslStream costs, under TLS; null without it.</param>
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
