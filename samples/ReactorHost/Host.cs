using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Reactor;
using ReactorHost.Mail;

namespace ReactorHost;

/// <summary>Starts an actor system with its listeners, prints where they listen, and ends the system in order.</summary>
internal static class Host
{
    private static string Data => DataFolder.Find(AppContext.BaseDirectory);

    /// <summary>Runs a configuration file.</summary>
    /// <param name="configFile">The path of the file. Null means the reactor.conf in the program's folder.</param>
    internal static Task<int> RunFile(string? configFile)
    {
        string data = Data;
        try
        {
            SelfSignedCertificate.EnsureIn(data);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot make a certificate in {data}: {failure.Message}", failure);
        }

        string file = configFile ?? Path.Combine(AppContext.BaseDirectory, "reactor.conf");
        return Run(HostConfiguration.FromFile(file, data), Path.Combine(data, "maildir"), ("data", data));
    }

    /// <summary>Runs a single-purpose form.</summary>
    internal static async Task<int> RunForm(FormOptions options)
    {
        bool smtp = string.Equals(options.Form, "smtp", StringComparison.Ordinal);
        string? maildir = smtp ? Path.GetFullPath(options.Maildir ?? Path.Combine(Data, "maildir")) : null;
        try
        {
            return await Run(
                HostConfiguration.FromOptions(options, Data),
                maildir,
                maildir is null ? null : ("maildir", maildir)
            );
        }
        catch (ReactorConfigurationException failure) when (Option(options, failure.Path) is { } option)
        {
            string problem = failure.Message[(failure.Path.Length + ": ".Length)..];
            throw new HostException($"{option} {problem}", failure);
        }
    }

    private static async Task<int> Run(Config config, string? maildir, (string Name, string Path)? folder)
    {
        using Signals signals = new();
        ActorSystem system = ActorSystem.Create("reactor-host", config);
        if (maildir is not null)
        {
            string host = system.Settings.Config.GetString("reactor-host.hostname", "localhost");
            system.ActorOf(MaildirActor.Props(new Maildir(maildir, host, TimeProvider.System)), "maildir");
        }

        signals.HangUp = () => Reload(system);
        IReadOnlyList<Bound> bound = await system.Reactor().Started;
        Announce(bound, system.Settings.Config, folder);

        Task ended = await Task.WhenAny(signals.First, system.WhenTerminated);
        if (ended != signals.First)
        {
            throw new HostException("the actor system has ended by itself");
        }

        PosixSignal signal = await signals.First;
        system.Log.Info("{0}: draining", signal);
        await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance);
        return 0;
    }

    // The reactor logs what was loaded and what could not be loaded.
    private static void Reload(ActorSystem system)
    {
        system.Log.Info("SIGHUP: loading the certificates again");
        _ = system.Reactor().ReloadCertificates();
    }

    private static void Announce(IReadOnlyList<Bound> bound, Config config, (string Name, string Path)? folder)
    {
        List<(string Name, string Where, string What)> lines = [];
        foreach (Bound listener in bound)
        {
            bool startTls = config.HasPath($"akka.reactor.listeners.{listener.Name}.tls.certificate");
            string what =
                listener.Secure ? "  TLS"
                : startTls ? "  STARTTLS"
                : "";
            lines.Add((listener.Name, Where(listener), what));
        }

        if (folder is { } named)
        {
            lines.Add((named.Name, named.Path, ""));
        }

        int width = lines.Max(line => line.Name.Length);
        foreach ((string name, string where, string what) in lines)
        {
            LogOutput.Standard.Offer($"{name.PadRight(width)}  {where}{what}");
        }

        LogOutput.Standard.Offer($"READY {Environment.ProcessId}");
    }

    private static string Where(Bound listener) =>
        listener.LocalEndPoint is UnixDomainSocketEndPoint unix
            ? $"unix:{unix}"
            : string.Join(" and ", listener.LocalEndPoints);

    // Returns the command-line option that set the wrong setting, or null if no option did.
    private static string? Option(FormOptions options, string path)
    {
        foreach ((string option, (string setting, _)) in options.Settings)
        {
            if (string.Equals(path, $"akka.reactor.{setting}", StringComparison.Ordinal))
            {
                return option;
            }
        }

        if (path.EndsWith($"listeners.{options.Form}.options.connect", StringComparison.Ordinal))
        {
            return "--connect";
        }

        bool tls = path.EndsWith($"listeners.{options.Form}.tls.certificate", StringComparison.Ordinal);
        return !tls ? null
            : options.Tls is not null ? "--tls:"
            : options.StartTls is not null ? "--starttls:"
            : null;
    }
}
