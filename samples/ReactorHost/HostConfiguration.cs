using System;
using System.IO;
using System.Linq;
using System.Text;
using Akka.Configuration;

namespace ReactorHost;

/// <summary>Makes the HOCON with which the actor system is started. Nothing is set up in any other way.</summary>
internal static class HostConfiguration
{
    private static readonly Config Defaults = ConfigurationFactory.FromResource(
        "ReactorHost.host.conf",
        typeof(HostConfiguration).Assembly
    );

    /// <summary>Reads a configuration file. <c>${reactor-host.data}</c> in the file stands for the data folder.</summary>
    /// <exception cref="HostException">The file cannot be read or is not HOCON.</exception>
    internal static Config FromFile(string path, string dataFolder) =>
        ReadFile(path, dataFolder).WithFallback(Defaults);

    /// <summary>
    /// Makes the configuration of a single-purpose form. Its options override the configuration file that was named with
    /// them.
    /// </summary>
    /// <exception cref="HostException">The file cannot be read or is not HOCON.</exception>
    internal static Config FromOptions(FormOptions options, string dataFolder)
    {
        Config config = ConfigurationFactory.ParseString(Hocon(options));
        return (
            options.ConfigFile is null ? config : config.WithFallback(ReadFile(options.ConfigFile, dataFolder))
        ).WithFallback(Defaults);
    }

    internal static string Hocon(FormOptions options)
    {
        StringBuilder hocon = new();
        string protocol = options.Form switch
        {
            "echo" => "EchoProtocol",
            "discard" => "DiscardProtocol",
            "relay" => "RelayProtocol",
            _ => "SmtpReceiver",
        };
        string listener = $"akka.reactor.listeners.{options.Form}";
        hocon
            .AppendLine("akka.extensions = [\"Akka.Reactor.ReactorExtensionProvider, Akka.Reactor\"]")
            .Append(Setting("akka.reactor.listener.log-connections", "on"))
            .Append(Setting($"{listener}.bind", $"{(options.Tls is null ? "tcp" : "tls")}://{options.Listen}"))
            .Append(Setting($"{listener}.protocol", $"Akka.Reactor.Protocols.{protocol}, Akka.Reactor.Protocols"));
        if (string.Equals(options.Form, "smtp", StringComparison.Ordinal))
        {
            hocon.Append(Setting($"{listener}.options.deliver-to", "/user/maildir"));
            if (options.Maildir is { } maildir)
            {
                hocon.Append(Setting($"{listener}.options.spool-directory", Path.GetFullPath($"{maildir}.spool")));
            }
        }

        if (options.Connect.Count > 0)
        {
            hocon
                .AppendLine($"{listener}.options.connect = [{string.Join(", ", options.Connect.Select(Quote))}]")
                .Append(Setting($"{listener}.options.tap", options.Tap ? "on" : "off"));
        }

        if ((options.Tls ?? options.StartTls) is { } pair)
        {
            hocon
                .Append(Setting($"{listener}.tls.certificate", pair.Certificate))
                .Append(Setting($"{listener}.tls.key", pair.Key));
        }

        foreach ((string path, string value) in options.Settings.Values)
        {
            hocon.Append(Setting($"akka.reactor.{path}", value));
        }

        return hocon.ToString();
    }

    private static Config ReadFile(string path, string dataFolder)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot read the configuration {path}: {failure.Message}", failure);
        }

        try
        {
            return ConfigurationFactory.ParseString(Setting("reactor-host.data", dataFolder) + text);
        }
        catch (Exception failure)
        {
            // The HOCON parser has no specific exception type.
            throw new HostException($"cannot understand the configuration {path}: {failure.Message}", failure);
        }
    }

    private static string Setting(string path, string value) => $"{path} = {Quote(value)}\n";

    private static string Quote(string value) =>
        $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
