using System;
using System.IO;
using Akka.Actor;

namespace Akka.Reactor.Protocols;

/// <summary>Reads the <c>options</c> of an SMTP listener.</summary>
internal static class SmtpReader
{
    private const string Storing = "the path of the actor that stores messages, such as /user/maildir";
    private const string Authenticating = "the path of the actor that knows the passwords, such as /user/accounts";

    /// <param name="reader">The <c>options</c> block.</param>
    /// <param name="deliverTo">The path of the delivering actor, from the root of this actor system.</param>
    /// <param name="authenticator">The path of the authenticator; null if there is none.</param>
    /// <returns>The options of the receiver.</returns>
    /// <exception cref="ReactorConfigurationException">A value is not allowed.</exception>
    internal static SmtpOptions Read(SettingsReader reader, out string deliverTo, out string? authenticator)
    {
        SmtpOptions defaults = new();
        deliverTo =
            ReadPath(reader, "deliver-to", Storing)
            ?? throw reader.Error("deliver-to", $"is missing; it must be {Storing}");
        authenticator = ReadPath(reader, "authenticate-with", Authenticating);
        SmtpOptions options = new()
        {
            HostName = ReadHostName(reader, defaults.HostName),
            MaxMessageSize = reader.Size("max-message-size", (int)defaults.MaxMessageSize, 1),
            SpoolThreshold = reader.Size("spool-threshold", defaults.SpoolThreshold, 1),
            SpoolDirectory = reader.Text("spool-directory", defaults.SpoolDirectory),
            SpoolLimit = reader.LongSize("spool-limit", defaults.SpoolLimit, 1),
            MaxRecipients = reader.Count("max-recipients", defaults.MaxRecipients, 1),
            ErrorLimit = reader.Count("error-limit", defaults.ErrorLimit, 1),
            JunkCommandLimit = reader.Count("junk-command-limit", defaults.JunkCommandLimit, 1),
            DeliveryTimeout = reader.Duration("delivery-timeout", defaults.DeliveryTimeout, infinite: false),
            CommandTimeout = ReadTimeout(reader, "command-timeout", defaults.CommandTimeout),
            LineTimeout = ReadTimeout(reader, "line-timeout", defaults.LineTimeout),
            DataTimeout = ReadTimeout(reader, "data-timeout", defaults.DataTimeout),
            MinDataRate = reader.Size("min-data-rate", defaults.MinDataRate),
            StartTls = reader.Flag("starttls", defaults.StartTls),
            RequireTls = reader.Flag("require-tls", defaults.RequireTls),
            RequireAuth = reader.Flag("require-auth", defaults.RequireAuth),
            AuthFailureLimit = reader.Count("auth-failure-limit", defaults.AuthFailureLimit, 1),
            AuthTimeout = reader.Duration("auth-timeout", defaults.AuthTimeout, infinite: false),
            SmtpUtf8 = reader.Flag("smtputf8", defaults.SmtpUtf8),
            Strict = reader.Flag("strict", defaults.Strict),
        };
        if (options.RequireAuth && authenticator is null)
            throw reader.Error("require-auth", "is on; it needs authenticate-with");
        // The default depends on Strict; SmtpOptions computes it.
        return reader.Has("max-text-line-length")
            ? options with
            {
                MaxTextLineLength = reader.Count("max-text-line-length", 0, 2),
            }
            : options;
    }

    /// <summary>Makes the spool that all connections of the listener share, and its folder.</summary>
    /// <exception cref="ReactorConfigurationException">The folder cannot be used, or the limit is too low.</exception>
    internal static SmtpSpool OpenSpool(SettingsReader reader, SmtpOptions options)
    {
        if (options.SpoolLimit < options.MaxMessageSize)
        {
            throw reader.Error(
                "spool-limit",
                $"is {reader.Text("spool-limit", $"{options.SpoolLimit}B")}; it must be at least max-message-size, which is {options.MaxMessageSize}B"
            );
        }

        SmtpSpool spool = new(options);
        try
        {
            spool.Check();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw reader.Error(
                "spool-directory",
                $"is {options.SpoolDirectory}; it must be a folder that can be created and written to: {problem.Message}",
                problem
            );
        }

        return spool;
    }

    private static string ReadHostName(SettingsReader reader, string fallback)
    {
        string name = reader.Text("hostname", fallback);
        try
        {
            return new SmtpOptions { HostName = name }.HostName;
        }
        catch (ArgumentException problem)
        {
            throw reader.Error(
                "hostname",
                $"is {name}; it must be a domain name or an address literal in brackets, at most 255 characters",
                problem
            );
        }
    }

    private static TimeSpan ReadTimeout(SettingsReader reader, string key, TimeSpan fallback)
    {
        TimeSpan timeout = reader.Duration(key, fallback, infinite: false);
        return timeout <= TimeSpan.FromDays(24)
            ? timeout
            : throw reader.Error(key, $"is {reader.Text(key, "")}; it must be at most 24d");
    }

    private static string? ReadPath(SettingsReader reader, string key, string allowed)
    {
        if (reader.OptionalText(key) is not { } path)
            return null;
        string[] elements = path.Split('/');
        bool valid =
            elements.Length >= 3
            && elements[0].Length == 0
            && Array.TrueForAll(elements[1..], ActorPath.IsValidPathElement);
        return valid ? path : throw reader.Error(key, $"is {path}; it must be {allowed}");
    }
}
