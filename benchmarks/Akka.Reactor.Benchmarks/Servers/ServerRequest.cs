using System.Collections.Generic;
using System.CommandLine;

namespace Akka.Reactor.Benchmarks.Servers;

/// <summary>The service that a server is asked to provide. It is passed as options on the command line of the server.</summary>
/// <param name="Service">The service on a connection.</param>
/// <param name="Tls">Whether the server uses TLS.</param>
/// <param name="Lean">Whether the server keeps no buffer for a connection from which nothing comes.</param>
internal sealed record ServerRequest(Service Service, bool Tls = false, bool Lean = false)
{
    private static readonly Option<Service> s_service = new("--service")
    {
        Description = "What it does with a connection.",
        DefaultValueFactory = _ => Service.Echo,
    };

    private static readonly Option<string?> s_to = new("--to")
    {
        Description = "With --service Relay: where to, such as tcp://127.0.0.1:80.",
    };

    private static readonly Option<bool> s_tls = new("--tls")
    {
        Description = "Under TLS, with a certificate made at start.",
    };

    private static readonly Option<bool> s_lean = new("--lean")
    {
        Description = "Keeps no buffer for a connection from which nothing comes.",
    };

    /// <summary>The end point to which <see cref="Service.Relay"/> passes connections on.</summary>
    internal string? To { get; init; }

    internal static IReadOnlyList<Option> Options { get; } = [s_service, s_tls, s_lean, s_to];

    internal static ServerRequest From(ParseResult parsed) =>
        new(parsed.GetValue(s_service), parsed.GetValue(s_tls), parsed.GetValue(s_lean)) { To = parsed.GetValue(s_to) };

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

        if (To is not null)
        {
            arguments.AddRange([s_to.Name, To]);
        }

        return arguments;
    }
}
