using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Reactor;

namespace ReactorHost.Tools;

/// <summary>What the tools that make one connection have in common.</summary>
internal static class Outgoing
{
    private const string Configuration = """
        akka { loglevel = OFF, stdout-loglevel = OFF, loggers = [] }
        akka.extensions = ["Akka.Reactor.ReactorExtensionProvider, Akka.Reactor"]
        akka.reactor.selectors = 1
        """;

    private static readonly TimeSpan Ending = TimeSpan.FromSeconds(5);

    /// <summary>Runs the work in an actor system of its own. A failure becomes a line on standard error and an exit code.</summary>
    internal static async Task<int> Run(Func<ActorSystem, Task<int>> work)
    {
        ActorSystem system = ActorSystem.Create("reactor-host", ConfigurationFactory.ParseString(Configuration));
        try
        {
            return await work(system);
        }
        catch (ReactorException failure)
        {
            return Tell(failure);
        }
        finally
        {
            await Task.WhenAny(system.Terminate(), Task.Delay(Ending));
        }
    }

    /// <summary>Writes the failure to standard error.</summary>
    internal static int Tell(ReactorException failure)
    {
        Console.Error.WriteLine($"ReactorHost: {failure.Message.ReplaceLineEndings(" ")}");
        return ExitCode.Of(failure);
    }

    /// <summary>The options of the connection.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="ca">A PEM file with the authorities to trust; null for those of the machine.</param>
    /// <param name="alpn">The application protocols.</param>
    internal static ConnectOptions Options(ActorSystem system, string? ca, IReadOnlyList<string> alpn) =>
        system.Reactor().ConnectDefaults with
        {
            Tls = new TlsClientOptions
            {
                TrustAnchors = Anchors(ca),
                ApplicationProtocols = alpn,
                KeepsPeerChain = true,
            },
        };

    private static TlsTrustAnchors? Anchors(string? file)
    {
        try
        {
            return file is null ? null : TlsTrustAnchors.FromFile(file);
        }
        catch (TlsCertificateLoadException failure)
        {
            throw new HostException($"cannot read the certificates in {file}: {failure.Message}", failure);
        }
    }
}
