using System;
using System.Collections.Concurrent;
using System.Text;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Event;
using Akka.Reactor.Protocols;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

/// <summary>Users of other programs, who authenticate themselves to the receiver.</summary>
public sealed class SmtpAuthSpec : IAsyncLifetime
{
    private const string Password = "s3cret-Pa\u00dfword";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ActorSystem _system = ActorSystem.Create("auth", "akka.loglevel = DEBUG, akka.loggers = []");
    private readonly TempFolder _folder = new();
    private readonly ConcurrentQueue<SmtpMessage> _messages = new();
    private readonly ConcurrentQueue<string> _log = new();

    public Task InitializeAsync()
    {
        IActorRef log = _system.ActorOf(Props.Create(() => new Logger(_log)));
        _system.EventStream.Subscribe(log, typeof(LogEvent));
        _system.EventStream.Subscribe(log, typeof(AllDeadLetters));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _system.Terminate().WaitAsync(Patience);
        _folder.Dispose();
        foreach (string secret in (string[])[Password, Base64(Password), Base64($"\0joe\0{Password}")])
        {
            Assert.All(_log, line => Assert.DoesNotContain(secret, line, StringComparison.Ordinal));
        }
    }

    [PeerTheory("swaks")]
    [InlineData("PLAIN", false)]
    [InlineData("LOGIN", false)]
    [InlineData("PLAIN", true)]
    [InlineData("LOGIN", true)]
    public async Task swaks_authenticates_over_STARTTLS_and_over_TLS_from_the_first_octet(string mechanism, bool tls)
    {
        int port = await Bind(tls);
        (await Swaks(port, tls ? "--tls-on-connect" : "--tls", mechanism, Password)).AssertSucceeded();
        Assert.True(_messages.TryDequeue(out SmtpMessage? message));
        Assert.Equal("joe", message.UserName);
        Assert.Equal("ESMTPSA", message.WithProtocol);
    }

    [PeerFact("swaks")]
    public async Task swaks_with_a_wrong_password_or_in_the_clear_sends_nothing()
    {
        int port = await Bind(tls: false);
        PeerResult wrong = await Swaks(port, "--tls", "PLAIN", "guess");
        Assert.NotEqual(0, wrong.ExitCode);
        Assert.Contains("535 5.7.8", wrong.Output, StringComparison.Ordinal);
        PeerResult clear = await PeerProcess.Run(
            "swaks",
            "--server",
            "127.0.0.1",
            "--port",
            $"{port}",
            "--from",
            "a@b.test",
            "--to",
            "c@d.test"
        );
        Assert.NotEqual(0, clear.ExitCode);
        Assert.Contains("530 5.7.0 Say STARTTLS first", clear.Output, StringComparison.Ordinal);
        Assert.Empty(_messages);
    }

    [PeerFact("python3")]
    public async Task smtplib_authenticates_and_a_second_time_is_refused()
    {
        const string Script = """
            import smtplib, ssl, sys
            port, ca, password = int(sys.argv[1]), sys.argv[2], sys.argv[3]
            with smtplib.SMTP("localhost", port) as client:
                client.starttls(context=ssl.create_default_context(cafile=ca))
                for wrong in ["x", "y"]:
                    try:
                        client.login("joe", wrong)
                        sys.exit("a wrong password is accepted")
                    except smtplib.SMTPAuthenticationError as refused:
                        print(refused.smtp_code)
                client.user, client.password = "joe", password
                print(client.auth("LOGIN", client.auth_login)[0])
                print(client.docmd("AUTH PLAIN")[0])
                print(client.mail("a@b.test", ["AUTH=<>"])[0])
            """;
        int port = await Bind(tls: false, failures: 10);
        PeerResult result = await PeerProcess.Run("python3", "-c", Script, $"{port}", _folder.Certificate, "ascii");
        result.AssertSucceeded();
        // smtplib tries PLAIN first, and then LOGIN.
        Assert.Equal(
            ["535", "535", "235", "503", "250"],
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
    }

    [PeerFact("openssl")]
    public async Task s_client_authenticates_line_by_line()
    {
        int port = await Bind(tls: false);
        PeerResult result = await PeerProcess.RunWith(
            Encoding.ASCII.GetBytes(
                $"EHLO x\r\nAUTH PLAIN\r\n*\r\nAUTH LOGIN {Base64("joe")}\r\n{Base64(Password)}\r\nQUIT\r\n"
            ),
            "openssl",
            "s_client",
            "-starttls",
            "smtp",
            "-connect",
            $"127.0.0.1:{port}",
            "-CAfile",
            _folder.Certificate,
            "-verify_return_error",
            "-quiet"
        );
        result.AssertSucceeded();
        Assert.Contains("250-AUTH PLAIN LOGIN\r\n", result.Output, StringComparison.Ordinal);
        Assert.EndsWith(
            $"334 \r\n501 5.7.0 Authentication cancelled\r\n334 {Base64("Password:")}\r\n"
                + "235 2.7.0 Authentication successful\r\n221 2.0.0 mx.test closing connection\r\n",
            result.Output,
            StringComparison.Ordinal
        );
    }

    private static Task<PeerResult> Swaks(int port, string tls, string mechanism, string password) =>
        PeerProcess.Run(
            "swaks",
            tls,
            "--server",
            "127.0.0.1",
            "--port",
            $"{port}",
            "--from",
            "a@b.test",
            "--to",
            "c@d.test",
            "--auth",
            mechanism,
            "--auth-user",
            "joe",
            "--auth-password",
            password
        );

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private async Task<int> Bind(bool tls, int failures = 3)
    {
        SmtpOptions options = new()
        {
            HostName = "mx.test",
            RequireTls = true,
            RequireAuth = true,
            AuthFailureLimit = failures,
            SpoolDirectory = _folder.Combine("spool"),
        };
        IActorRef inbox = _system.ActorOf(Props.Create(() => new Inbox(_messages)));
        IActorRef accounts = _system.ActorOf(Props.Create(() => new Accounts()));
        ListenerOptions listener = _system.Reactor().ListenerDefaults with
        {
            Tls = new TlsServerOptions(TlsCertificate.FromFiles(_folder.Certificate, _folder.Key)),
        };
        Bound bound = await _system
            .Reactor()
            .Bind($"{(tls ? "tls" : "tcp")}://127.0.0.1:0", SmtpReceiver.Props(inbox, options, accounts), listener)
            .WaitAsync(Patience);
        return bound.Port;
    }

    private sealed class Inbox : ReceiveActor
    {
        public Inbox(ConcurrentQueue<SmtpMessage> messages) =>
            Receive<SmtpMessage>(message =>
            {
                messages.Enqueue(message);
                Sender.Tell(new SmtpStored(message.Id));
            });
    }

    private sealed class Accounts : ReceiveActor
    {
        public Accounts() =>
            Receive<SmtpAuthenticate>(login =>
                Sender.Tell(
                    login.UserName is "joe" && login.Password is Password or "ascii"
                        ? new SmtpAuthenticated(login.Id)
                        : new SmtpNotAuthenticated(login.Id, "wrong user name or password")
                )
            );
    }

    private sealed class Logger : ReceiveActor
    {
        public Logger(ConcurrentQueue<string> log) => ReceiveAny(entry => log.Enqueue(entry.ToString()!));
    }
}
