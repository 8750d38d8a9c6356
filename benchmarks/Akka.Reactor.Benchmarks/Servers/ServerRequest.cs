using System.Collections.Generic;
using System.CommandLine;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>What a server is asked to be; travels as options on its command line.</summary>
/// <param name="Service">What it does with a connection.</param>
/// <param name="Tls">Whether it does so under TLS.</param>
/// <param name="Lean">To keep no buffer for a connection from which nothing comes.</param>
internal sealed record ServerRequest(Service Service, bool Tls = false, bool Lean = false)
{
    private static readonly Option<Service> s_service = new("--service")
    {
        Description = "What it does with a connection.",
        DefaultValueFactory = _ => Service.Echo,
    };

    private static readonly Option<bool> s_tls = new("--tls")
    {
        Description = "Under TLS, with a certificate made at start.",
    };

    private static readonly Option<bool> s_lean = new("--lean")
    {
        Description = "Keeps no buffer for a connection from which nothing comes.",
    };

    internal static IReadOnlyList<Option> Options { get; } = [s_service, s_tls, s_lean];

    internal static ServerRequest From(ParseResult parsed) =>
        new(parsed.GetValue(s_service), parsed.GetValue(s_tls), parsed.GetValue(s_lean));

    internal IReadOnlyList<string> Arguments()
    {
        List<string> arguments = [s_service.Name, Service.ToString()];
        if (Tls)
        {
            arguments.Add(s_tls.Name);
        }

        if (Lean)
        {
            arguments.Add(s_lean.Name);
        }

        return arguments;
    }
}
