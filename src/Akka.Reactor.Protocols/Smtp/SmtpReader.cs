using System;
using Akka.Actor;
using Akka.Configuration;
using Akka.Reactor.Configuration;

namespace Akka.Reactor.Protocols;

/// <summary>The <c>options</c> block of an SMTP listener, read once when the system starts.</summary>
/// <param name="DeliverTo">The path of the delivering actor, from the root of this system.</param>
/// <param name="Options">What is accepted.</param>
internal sealed record SmtpReader(string DeliverTo, SmtpOptions Options)
{
    /// <exception cref="ReactorConfigurationException">A key is unknown or a value is not allowed.</exception>
    public static SmtpReader Read(Config options, string path)
    {
        SettingsReader reader = SettingsReader.OfBlock(options, path);
        SmtpOptions defaults = new();
        SmtpOptions read = new()
        {
            HostName = ReadHostName(reader, defaults.HostName),
            MaxMessageSize = reader.Size("max-message-size", (int)defaults.MaxMessageSize, 1),
            MaxRecipients = reader.Count("max-recipients", defaults.MaxRecipients, 1),
            MaxTextLineLength = reader.Count("max-text-line-length", defaults.MaxTextLineLength, 2),
            ErrorLimit = reader.Count("error-limit", defaults.ErrorLimit, 1),
            DeliveryTimeout = reader.Duration("delivery-timeout", defaults.DeliveryTimeout, infinite: false),
            StartTls = reader.Flag("starttls", defaults.StartTls),
        };
        string deliverTo = ReadPath(reader);
        reader.RejectUnknown();
        return new SmtpReader(deliverTo, read);
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

    private static string ReadPath(SettingsReader reader)
    {
        const string Allowed = "the path of the actor that stores messages, such as /user/maildir";
        string path =
            reader.OptionalText("deliver-to") ?? throw reader.Error("deliver-to", $"is missing; it must be {Allowed}");
        string[] elements = path.Split('/');
        bool valid =
            elements.Length >= 3
            && elements[0].Length == 0
            && Array.TrueForAll(elements[1..], ActorPath.IsValidPathElement);
        return valid ? path : throw reader.Error("deliver-to", $"is {path}; it must be {Allowed}");
    }
}
