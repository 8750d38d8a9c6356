using System;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Threading.Tasks;
using Akka.Reactor.Protocols;

namespace ReactorHost.Tools;

/// <summary>The commands <c>connect</c> and <c>send-mail</c>: their options, and their checks.</summary>
internal sealed class ToolCommands
{
    private readonly Option<string> _server = new("--server")
    {
        HelpName = "HOST:PORT",
        Required = true,
        Description = "The server, such as mx.example.org:25 or [::1]:2525.",
    };

    private readonly Option<string?> _ca = new("--ca")
    {
        HelpName = "FILE",
        Description = "The authorities to trust (PEM). Default: those of the machine.",
    };

    internal ToolCommands() => _server.Validators.Add(CheckServer);

    /// <param name="run">Runs the probe.</param>
    internal Command Connect(Func<Probe, Task<int>> run)
    {
        Option<bool> tls = new("--tls") { Description = "TLS from the first byte." };
        Option<string?> startTls = new("--starttls")
        {
            HelpName = "PROTOCOL",
            Description = "Start TLS as this protocol does: smtp, imap or postgres.",
        };
        startTls.AcceptOnlyFromAmong([.. StartTlsDialogue.Names]);
        Option<string[]> alpn = new("--alpn")
        {
            HelpName = "PROTOCOL",
            Description =
                "An application protocol to offer, such as h2. May be given several times, the preferred one first.",
        };
        Option<bool> quiet = new("--quiet") { Description = "Print only what the server sends." };
        Command command = new(
            "connect",
            "Connect to a server, print what TLS has agreed on and the server's certificates, and relay standard input and output. "
                + "At the end of the input only this direction is closed.\n"
                + ExitCode.Help
        )
        {
            _server,
            tls,
            startTls,
            _ca,
            alpn,
            quiet,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(tls) is not null && result.GetResult(startTls) is not null)
            {
                result.AddError("--tls and --starttls exclude each other");
            }
        });
        command.SetAction(parsed =>
            run(
                new Probe(
                    parsed.GetValue(_server)!,
                    parsed.GetValue(tls),
                    parsed.GetValue(startTls),
                    parsed.GetValue(_ca),
                    parsed.GetValue(alpn) ?? [],
                    parsed.GetValue(quiet)
                )
            )
        );
        return command;
    }

    /// <param name="run">Sends the mail.</param>
    internal Command SendMail(Func<MailJob, Task<int>> run)
    {
        Option<string> from = new("--from")
        {
            HelpName = "ADDRESS",
            Required = true,
            Description = "Where failures are reported; empty for a notification.",
        };
        Option<string[]> to = new("--to")
        {
            HelpName = "ADDRESS",
            Required = true,
            Description = "A recipient. May be given several times.",
        };
        Option<string> startTls = new("--starttls")
        {
            HelpName = "MODE",
            DefaultValueFactory = _ => "required",
            Description = "required, opportunistic, never, or implicit: TLS from the first byte.",
        };
        startTls.AcceptOnlyFromAmong("required", "opportunistic", "never", "implicit");
        Option<string?> user = new("--user")
        {
            HelpName = "NAME",
            Description = "The user name for AUTH, over TLS only.",
        };
        Option<string?> password = new("--password-file")
        {
            HelpName = "FILE",
            Description = "The file whose first line is the password.",
        };
        Argument<string> file = new("FILE")
        {
            DefaultValueFactory = _ => "-",
            Description = "The mail: header, empty line, body; - is standard input.",
        };
        Command command = new(
            "send-mail",
            $"Send a mail, and print what the server has replied for each recipient.\n{ExitCode.Help}\n{ExitCode.MailHelp}"
        )
        {
            _server,
            from,
            to,
            startTls,
            _ca,
            user,
            password,
            file,
        };
        command.Validators.Add(result =>
        {
            if ((result.GetResult(user) is null) != (result.GetResult(password) is null))
            {
                result.AddError("--user and --password-file belong together");
            }
        });
        command.SetAction(parsed =>
        {
            string mode = parsed.GetValue(startTls)!;
            return run(
                new MailJob
                {
                    Server = parsed.GetValue(_server)!,
                    From = parsed.GetValue(from)!,
                    To = parsed.GetValue(to)!,
                    Implicit = mode is "implicit",
                    StartTls = mode switch
                    {
                        "opportunistic" => SmtpStartTls.Opportunistic,
                        "never" => SmtpStartTls.Never,
                        _ => SmtpStartTls.Required,
                    },
                    Ca = parsed.GetValue(_ca),
                    User = parsed.GetValue(user),
                    PasswordFile = parsed.GetValue(password),
                    File = parsed.GetValue(file)!,
                }
            );
        });
        return command;
    }

    private static void CheckServer(OptionResult result)
    {
        string value = result.GetValueOrDefault<string>() ?? "";
        int colon = value.LastIndexOf(':');
        bool valid =
            colon > 0
            && int.TryParse(value[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is > 0 and <= IPEndPoint.MaxPort
            && (value[0] == '[') == value[..colon].Contains(':', StringComparison.Ordinal);
        if (!valid)
        {
            result.AddError($"--server is {value}; it must be HOST:PORT, such as mx.example.org:25 or [::1]:2525");
        }
    }
}
