using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Threading.Tasks;
using ReactorHost.Tools;

namespace ReactorHost;

/// <summary>The command line: its commands and options, and their checks.</summary>
internal sealed class HostCommand
{
    private const string About = """
        Servers on Akka.Reactor. Without a form it runs the reactor.conf beside the program: SMTP with STARTTLS, echo, and
        echo over TLS. A form runs one server.

        Prints what listens where, then "READY <pid>" on a line of its own, then a line for every event.
        SIGINT and SIGTERM end it: it accepts no more, lets connections finish, and exits with 0. A second signal ends
        it at once. SIGHUP loads the certificates again. It exits with 2, and one line on standard error, when it cannot do what it was asked.

        ReactorHost echo|discard|smtp|relay --listen HOST:PORT [--tls CERT.pem KEY.pem] [--starttls CERT.pem KEY.pem]
            [--maildir DIR] [--connect ENDPOINT...] [--proxy URL] [--proxy-protocol v1|v2] [--tap]
            [--engine NAME] [--selectors N] [--idle-timeout 30s] [--handshake-timeout 10s] [--max-connections N]
            [--config FILE]
        ReactorHost connect --server HOST:PORT [--tls|--starttls smtp|imap|postgres] [--ca FILE] [--alpn PROTOCOL] [--quiet]
        ReactorHost send-mail --server HOST:PORT --from ADDRESS --to ADDRESS [--to ADDRESS]
            [--starttls required|opportunistic|never|implicit] [--ca FILE] [--user NAME --password-file FILE] [FILE|-]

        "ReactorHost smtp --help" explains the options; --starttls and --maildir are options of smtp only, --connect,
        --proxy, --proxy-protocol and --tap of relay. "connect" and "send-mail" make one connection and end with it; their
        --help lists their exit codes.
        Durations are numbers with ms, s, m, h or d. HOST is an address or localhost; port 0 lets the system choose.
        """;

    private readonly Option<string> _listen = new("--listen")
    {
        HelpName = "HOST:PORT",
        Required = true,
        Description = "Where to listen, such as 127.0.0.1:7000 or [::1]:7000.",
    };

    private readonly Option<string[]> _tls = Pair("--tls", "TLS from the first byte, with this certificate and key.");

    private readonly Option<string[]> _startTls = Pair(
        "--starttls",
        "Offer STARTTLS, with this certificate and key (PEM files)."
    );

    private readonly Option<string?> _maildir = new("--maildir")
    {
        HelpName = "DIR",
        Description = "Where mail is stored; made when the first message comes. Default: maildir in the data folder.",
    };

    private readonly Option<string[]> _connect = new("--connect")
    {
        HelpName = "ENDPOINT...",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
        Description =
            "Where to: tcp://HOST:PORT, tls://HOST:PORT or unix:/PATH; of several the first that can be connected.",
    };

    private readonly Option<string?> _proxy = Text(
        "--proxy",
        "URL",
        "The proxy to go through: socks5://[USER:PASSWORD@]HOST:PORT, socks5+tls://, http:// or https://."
    );

    private readonly Option<string?> _proxyProtocol = Text(
        "--proxy-protocol",
        "v1|v2",
        "Tell the server who has connected, by a PROXY header of this version."
    );

    private readonly Option<bool> _tap = new("--tap") { Description = "Log what is passed on, in both directions." };

    private readonly Option<string?> _config = new("--config")
    {
        HelpName = "FILE",
        Description = "HOCON that goes behind these options (with a form), or in place of reactor.conf (without).",
    };

    private readonly List<(Option<string?> Option, Func<string, string> Path)> _settings =
    [
        (Text("--engine", "NAME", "The poller: auto, epoll, io_uring, kqueue, afd, poll or select."), _ => "engine"),
        (Text("--selectors", "N", "Event loops, or auto for one per processor."), _ => "selectors"),
        (
            Text("--idle-timeout", "TIME", "A connection on which nothing moves for so long is ended."),
            form => IsRelay(form) ? "connection.idle-timeout" : $"listeners.{form}.connection.idle-timeout"
        ),
        (
            Text("--handshake-timeout", "TIME", "A whole handshake, of TLS or with a proxy, must be done within this."),
            form => IsRelay(form) ? "tls.handshake-timeout" : $"listeners.{form}.tls.handshake-timeout"
        ),
        (
            Text("--max-connections", "N", "Open connections at which accepting pauses."),
            form => $"listeners.{form}.max-connections"
        ),
    ];

    /// <param name="runFile">Runs a configuration file. Null means reactor.conf.</param>
    /// <param name="runForm">Runs a form.</param>
    internal RootCommand Create(Func<string?, Task<int>> runFile, Func<FormOptions, Task<int>> runForm)
    {
        _listen.Validators.Add(CheckListen);
        RootCommand root = new(About) { _config };
        root.SetAction(parsed => runFile(parsed.GetValue(_config)));
        root.Add(Form("echo", "Send back what is received (RFC 862).", runForm));
        root.Add(Form("discard", "Throw away what is received (RFC 863).", runForm));
        root.Add(Form("smtp", "Receive mail and store it in a Maildir (RFC 5321).", runForm));
        root.Add(Form("relay", "Pass connections on to another server, and everything in both directions.", runForm));
        ToolCommands tools = new();
        root.Add(tools.Connect(probe => probe.Run()));
        root.Add(tools.SendMail(mail => mail.Run()));
        return root;
    }

    private Command Form(string name, string description, Func<FormOptions, Task<int>> run)
    {
        bool smtp = string.Equals(name, "smtp", StringComparison.Ordinal);
        Command command = new(name, description) { _listen, _tls };
        if (smtp)
        {
            command.Add(_startTls);
            command.Add(_maildir);
            command.Validators.Add(CheckTls);
        }

        if (IsRelay(name))
        {
            command.Add(_connect);
            command.Add(_proxy);
            command.Add(_proxyProtocol);
            command.Add(_tap);
        }

        foreach ((Option<string?> option, _) in _settings)
        {
            command.Add(option);
        }

        command.Add(_config);
        command.SetAction(parsed => run(Read(parsed, name)));
        return command;
    }

    private FormOptions Read(ParseResult parsed, string form)
    {
        Dictionary<string, (string, string)> settings = new(StringComparer.Ordinal);
        foreach ((Option<string?> option, Func<string, string> path) in _settings)
        {
            if (parsed.GetValue(option) is { } value)
            {
                settings.Add(option.Name, (path(form), value));
            }
        }

        if (parsed.GetValue(_proxy) is { } proxy)
        {
            settings.Add(_proxy.Name, ("client.proxies", proxy));
        }

        if (parsed.GetValue(_proxyProtocol) is { } version)
        {
            settings.Add(_proxyProtocol.Name, ($"listeners.{form}.options.proxy-protocol", version));
        }

        return new FormOptions
        {
            Form = form,
            Listen = parsed.GetValue(_listen)!,
            Tls = Files(parsed.GetValue(_tls)),
            StartTls = Files(parsed.GetValue(_startTls)),
            Maildir = parsed.GetValue(_maildir),
            Connect = parsed.GetValue(_connect) ?? [],
            Tap = parsed.GetValue(_tap),
            ConfigFile = parsed.GetValue(_config),
            Settings = settings,
        };
    }

    // The connection settings of a relay apply to both connections: to the accepted one and to the one that the relay makes
    // for it.
    private static bool IsRelay(string form) => string.Equals(form, "relay", StringComparison.Ordinal);

    private void CheckTls(CommandResult command)
    {
        if (command.GetResult(_tls) is not null && command.GetResult(_startTls) is not null)
        {
            command.AddError("--tls and --starttls exclude each other: TLS is there from the first byte, or asked for");
        }
    }

    private static void CheckListen(OptionResult result)
    {
        string value = result.GetValueOrDefault<string>() ?? "";
        int colon = value.LastIndexOf(':');
        bool valid =
            colon > 0
            && int.TryParse(value[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port <= IPEndPoint.MaxPort
            && IsHost(value[..colon]);
        if (!valid)
        {
            result.AddError($"--listen is {value}; it must be HOST:PORT, such as 127.0.0.1:7000 or [::1]:7000");
        }
    }

    // The arity does not check this, because its message would not name the two required files.
    private static void CheckPair(OptionResult result)
    {
        if (result.Tokens.Count != 2)
        {
            string option = result.Option.Name;
            result.AddError($"{option} needs two files: {option} CERT.pem KEY.pem");
        }
    }

    private static bool IsHost(string host)
    {
        if (string.Equals(host, "localhost", StringComparison.Ordinal))
        {
            return true;
        }

        bool bracketed = host[0] == '[' && host[^1] == ']';
        string address = bracketed ? host[1..^1] : host;
        return IPAddress.TryParse(address, out _) && address.Contains(':', StringComparison.Ordinal) == bracketed;
    }

    private static (string Certificate, string Key)? Files(string[]? values) =>
        values is [var certificate, var key] ? (certificate, key) : null;

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    private static Option<string[]> Pair(string name, string description) =>
        new(name)
        {
            HelpName = "CERT.pem KEY.pem",
            Description = description,
            Arity = new ArgumentArity(0, 2),
            AllowMultipleArgumentsPerToken = true,
            Validators = { CheckPair },
        };
}
