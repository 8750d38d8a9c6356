using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Tools;

/// <summary><c>ReactorHost send-mail</c>, and with it the SMTP sender, to a server in Python and to ReactorHost itself.</summary>
[Trait("Engines", "all")] // Which engine runs plays no part here.
public sealed class SendMailSpec : IDisposable
{
    private const string Mail = "Subject: hi\n\nhello\n.\n..two\n";

    private readonly TempFolder _folder = new();

    private string LogFile => _folder.Combine("log");

    private string[] Log => File.Exists(LogFile) ? File.ReadAllLines(LogFile) : [];

    public void Dispose() => _folder.Dispose();

    [PeerTheory("python3")]
    [InlineData("plain", "required", "tls")]
    [InlineData("plain", "opportunistic", "tls")]
    [InlineData("plain", "never", "clear")]
    [InlineData("stripped", "opportunistic", "clear")]
    [InlineData("refused", "opportunistic", "clear")]
    [InlineData("implicit", "implicit", "tls")]
    [InlineData("bare", "never", "clear")]
    public async Task A_mail_arrives_as_it_should(string server, string mode, string how)
    {
        PeerResult sent = await Send(server, mode, Mail);
        sent.AssertSucceeded();
        Assert.Equal("c@d.test  accepted  250 2.0.0 stored as 7", sent.Output.Trim());
        Assert.Contains($"{how} MAIL FROM:<a@b.test>", string.Join('\n', Log), StringComparison.Ordinal);
        Assert.Equal(
            ["|Subject: hi", "|", "|hello", "|.", "|..two"],
            Log.Where(line => line.StartsWith('|')),
            StringComparer.Ordinal
        );
        Assert.Equal($"{how} QUIT", Log[^1]);
    }

    [PeerTheory("python3")]
    [InlineData("plain")]
    [InlineData("login")]
    public async Task A_user_is_authenticated_over_TLS(string server)
    {
        (
            await Send(server, "required", Mail, "--user", "joe", "--password-file", Password("secret"))
        ).AssertSucceeded();
        Assert.Contains(Log, line => line.StartsWith("tls AUTH", StringComparison.Ordinal));
        Assert.DoesNotContain(Log, line => line.StartsWith("clear AUTH", StringComparison.Ordinal));
    }

    [PeerFact("python3")]
    public async Task A_wrong_password_exits_with_8_and_is_not_printed()
    {
        PeerResult sent = await Send("plain", "required", Mail, "--user", "joe", "--password-file", Password("guess"));
        Assert.Equal(8, sent.ExitCode);
        Assert.Contains("535 5.7.8 no, not you", sent.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("guess", sent.Errors + sent.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("MAIL", string.Join('\n', Log), StringComparison.Ordinal);
    }

    [PeerTheory("python3")]
    [InlineData("stripped", 6)]
    [InlineData("refused", 6)]
    [InlineData("injected", 7)]
    public async Task A_server_that_prevents_TLS_gets_neither_MAIL_nor_AUTH(string server, int exitCode)
    {
        PeerResult sent = await Send(server, "required", Mail, "--user", "joe", "--password-file", Password("secret"));
        Assert.Equal(exitCode, sent.ExitCode);
        string[] allowed = ["clear EHLO", "clear STARTTLS", "clear QUIT"];
        Assert.All(Log, line => Assert.Contains(allowed, start => line.StartsWith(start, StringComparison.Ordinal)));
        Assert.NotEmpty(Log);
    }

    [PeerFact("python3")]
    public async Task An_unknown_authority_exits_with_5_and_nothing_is_sent()
    {
        await using PeerServer server = await Serve("plain", out int port);
        PeerResult sent = await Run(Mail, "--server", $"localhost:{port}", "--from", "a@b.test", "--to", "c@d.test");
        Assert.Equal(5, sent.ExitCode);
        Assert.DoesNotContain("tls", string.Join('\n', Log), StringComparison.Ordinal);
        Assert.DoesNotContain("MAIL", string.Join('\n', Log), StringComparison.Ordinal);
    }

    [PeerFact("python3")]
    public async Task Each_recipient_has_a_line_and_the_worst_is_the_exit_code()
    {
        PeerResult refused = await Send("plain", "required", Mail, "--to", "unknown@d.test", "--to", "busy@d.test");
        Assert.Equal(11, refused.ExitCode);
        Assert.Equal(
            [
                "c@d.test  accepted  250 2.0.0 stored as 7",
                "unknown@d.test  refused  550 5.1.1 no such user",
                "busy@d.test  refused for now  450 4.2.0 come back later",
            ],
            refused.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries),
            StringComparer.Ordinal
        );
        Assert.Equal(10, (await Send("plain", "required", Mail, "--to", "busy@d.test")).ExitCode);
        Assert.Equal(12, (await Send("closing", "required", Mail)).ExitCode);
    }

    [PeerFact("python3")]
    public async Task A_file_is_declared_as_what_it_is()
    {
        string file = _folder.Combine("mail.eml");
        await File.WriteAllTextAsync(file, "Subject: hi\r\n\r\nh\u00e9\r\n");
        (await Send("plain", "required", "", "--to", "jos\u00e9@d.test", file)).AssertSucceeded();
        Assert.Contains("tls MAIL FROM:<a@b.test> SIZE=20 BODY=8BITMIME SMTPUTF8", Log, StringComparer.Ordinal);
        Assert.Contains("tls RCPT TO:<jos\u00e9@d.test>", Log, StringComparer.Ordinal);
        Assert.Contains("|h\u00c3\u00a9", Log, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_large_mail_arrives_byte_for_byte_at_ReactorHost()
    {
        StringBuilder mail = new("Subject: large\r\n\r\n");
        for (int line = 0; line < 100_000; line++)
        {
            mail.Append(line % 7 == 0 ? "." : "").Append("line ").Append(line).Append("\r\n");
        }

        string file = _folder.Combine("mail.eml");
        await File.WriteAllTextAsync(file, mail.ToString());
        MailFixture receiver = new();
        await receiver.InitializeAsync();
        try
        {
            (
                await Run(
                    "",
                    "--server",
                    $"localhost:{receiver.Host.Port("smtp")}",
                    "--from",
                    "a@b.test",
                    "--to",
                    "c@d.test",
                    "--ca",
                    receiver.Folder.Certificate,
                    file
                )
            ).AssertSucceeded();
            StoredMail stored = Assert.Single(StoredMail.ReadAll(receiver.Folder.Maildir));
            Assert.Equal(mail.ToString(), Encoding.ASCII.GetString(stored.Content));
            Assert.Contains(" with ESMTPS id ", stored.Received, StringComparison.Ordinal);
        }
        finally
        {
            await receiver.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("nobody", "--starttls", "never", "'nobody' is not a mailbox")]
    [InlineData("c@d.test", "--user", "joe", "--user and --password-file belong together")]
    [InlineData("c@d.test", "--ca", "/nowhere", "cannot read the certificates in /nowhere")]
    [InlineData("c@d.test", "--starttls", "maybe", "maybe")]
    public async Task What_is_wrong_exits_with_2(string to, string option, string value, string message)
    {
        PeerResult sent = await Run("", "--server", "localhost:1", "--from", "a@b.test", "--to", to, option, value);
        Assert.Equal(2, sent.ExitCode);
        Assert.Contains(message, sent.Errors, StringComparison.Ordinal);
    }

    private string Password(string password)
    {
        string file = _folder.Combine("password");
        File.WriteAllText(file, password + "\n");
        return file;
    }

    private Task<PeerServer> Serve(string mode, out int port)
    {
        port = PeerServer.FreePort();
        return PeerServer.Start(
            port,
            "python3",
            PeerProcess.Script("smtp_server.py"),
            $"{port}",
            _folder.Certificate,
            _folder.Key,
            LogFile,
            mode
        );
    }

    private async Task<PeerResult> Send(string server, string mode, string mail, params string[] more)
    {
        await using PeerServer peer = await Serve(server, out int port);
        return await Run(
            mail,
            [
                "--server",
                $"localhost:{port}",
                "--from",
                "a@b.test",
                "--to",
                "c@d.test",
                "--starttls",
                mode,
                "--ca",
                _folder.Certificate,
                .. more,
            ]
        );
    }

    private static Task<PeerResult> Run(string input, params string[] arguments) =>
        PeerProcess.RunWith(
            Encoding.ASCII.GetBytes(input),
            HostProcess.DotNet,
            ["exec", HostProcess.Program, "send-mail", .. arguments]
        );
}
