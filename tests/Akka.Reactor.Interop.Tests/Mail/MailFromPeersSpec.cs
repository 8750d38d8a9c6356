using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Akka.Reactor.Tests.Shared;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

public sealed class MailFromPeersSpec : IAsyncLifetime
{
    private readonly MailFixture _mail = new();

    public Task InitializeAsync() => _mail.InitializeAsync();

    public Task DisposeAsync() => _mail.DisposeAsync();

    [PeerFact("swaks")]
    public async Task Mails_from_swaks_are_stored_byte_for_byte()
    {
        int count = Soak.Scale(20, 200);
        for (int number = 0; number < count; number++)
        {
            string file = _mail.Folder.Combine("mail.eml");

            // swaks puts the last line's end in by itself.
            await File.WriteAllTextAsync(file, Text(number, "\n").TrimEnd('\n'));
            string[] tls = number % 2 == 0 ? [] : ["--tls"];
            PeerResult sent = await PeerProcess.Run(
                "swaks",
                [
                    .. tls,
                    "--server",
                    "127.0.0.1",
                    "--port",
                    _mail.Host.Port("smtp"),
                    "--helo",
                    "client.example.test",
                    "--from",
                    "sender@example.test",
                    "--to",
                    $"m{number}@example.test",
                    "--data",
                    file,
                ]
            );
            sent.AssertSucceeded();
        }

        IReadOnlyList<StoredMail> stored = StoredMail.ReadAll(_mail.Folder.Maildir);
        Assert.Equal(count, stored.Count);
        foreach (StoredMail mail in stored)
        {
            int number = int.Parse(mail.Recipient[1..].Split('@')[0], CultureInfo.InvariantCulture);
            Assert.Equal(Text(number, "\r\n"), Encoding.ASCII.GetString(mail.Content));
            Assert.Equal("Return-Path: <sender@example.test>", mail.ReturnPath);
            Assert.StartsWith(
                $"Received: from client.example.test ([127.0.0.1]) by localhost with {(number % 2 == 0 ? "ESMTP" : "ESMTPS")} id ",
                mail.Received,
                StringComparison.Ordinal
            );
        }

        Assert.Empty(StoredMail.Files(_mail.Folder.Maildir, "tmp"));
    }

    [PeerFact("python3")]
    public async Task Mails_from_smtplib_over_STARTTLS_are_stored_byte_for_byte()
    {
        int count = Soak.Scale(100, 1000);
        PeerResult sent = await PeerProcess.Run(
            "python3",
            PeerProcess.Script("send_mails.py"),
            _mail.Host.Port("smtp"),
            _mail.Folder.Certificate,
            count.ToString(CultureInfo.InvariantCulture),
            (10 * 1024 * 1024).ToString(CultureInfo.InvariantCulture),
            "42"
        );
        sent.AssertSucceeded();
        Dictionary<string, string> expected = sent
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.TrimEnd().Split(' '))
            .ToDictionary(words => $"m{words[0]}@example.test", words => words[1], StringComparer.Ordinal);
        Assert.Equal(count, expected.Count);

        string[] files = StoredMail.Files(_mail.Folder.Maildir, "new");
        Assert.Equal(count, files.Length);
        foreach (StoredMail mail in StoredMail.ReadAll(_mail.Folder.Maildir))
        {
            Assert.Equal(expected[mail.Recipient], Convert.ToHexStringLower(SHA256.HashData(mail.Content)));
            Assert.Contains(" with ESMTPS id ", mail.Received, StringComparison.Ordinal);
        }

        Assert.Empty(StoredMail.Files(_mail.Folder.Maildir, "tmp"));
    }

    [PeerFact("openssl")]
    public async Task A_mail_from_openssl_s_client_arrives_over_STARTTLS()
    {
        PeerResult sent = await PeerProcess.RunWith(
            Encoding.ASCII.GetBytes(
                "EHLO client.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nhello\r\n..\r\n.\r\nQUIT\r\n"
            ),
            "openssl",
            "s_client",
            "-starttls",
            "smtp",
            "-connect",
            $"127.0.0.1:{_mail.Host.Port("smtp")}",
            "-CAfile",
            _mail.Folder.Certificate,
            "-verify_return_error",
            "-verify_hostname",
            "localhost",
            "-quiet"
        );
        sent.AssertSucceeded();
        Assert.EndsWith("221 2.0.0 localhost closing connection\r\n", sent.Output, StringComparison.Ordinal);
        StoredMail mail = Assert.Single(StoredMail.ReadAll(_mail.Folder.Maildir));
        Assert.Equal("hello\r\n.\r\n"u8.ToArray(), mail.Content);
    }

    [PeerTheory("curl")]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public async Task A_mail_from_curl_arrives_over_STARTTLS_whatever_ends_the_lines_of_the_file(string lineEnd)
    {
        string file = _mail.Folder.Combine("mail.eml");
        await File.WriteAllTextAsync(file, Text(7, lineEnd));
        PeerResult sent = await PeerProcess.Run(
            "curl",
            "--silent",
            "--show-error",
            "--ssl-reqd",
            "--cacert",
            _mail.Folder.Certificate,
            $"smtp://127.0.0.1:{_mail.Host.Port("smtp")}/client.test",
            "--mail-from",
            "a@b.test",
            "--mail-rcpt",
            "c@d.test",
            "--upload-file",
            file
        );
        sent.AssertSucceeded();
        StoredMail mail = Assert.Single(StoredMail.ReadAll(_mail.Folder.Maildir));
        // curl ends what does not end with CRLF.
        string added = lineEnd is "\n" ? "\r\n" : "";
        Assert.Equal(Text(7, "\r\n") + added, Encoding.ASCII.GetString(mail.Content));
        Assert.Contains(" with ESMTPS id ", mail.Received, StringComparison.Ordinal);
    }

    [PeerFact("python3")]
    public async Task A_mail_of_UTF_8_addresses_from_smtplib_is_stored_with_them()
    {
        const string Script = """
            import smtplib, sys
            with smtplib.SMTP("127.0.0.1", int(sys.argv[1])) as client:
                client.sendmail("jos\u00e9@b\u00fccher.test", ["\u7528\u6237@d.test"], "Subject: h\u00e9\r\n\r\nhi\r\n".encode(),
                                mail_options=["SMTPUTF8", "BODY=8BITMIME"])
            """;
        (await PeerProcess.Run("python3", "-c", Script, _mail.Host.Port("smtp"))).AssertSucceeded();
        string file = Assert.Single(StoredMail.Files(_mail.Folder.Maildir, "new"));
        string[] lines = (await File.ReadAllTextAsync(file)).Split("\r\n");
        Assert.Equal("Return-Path: <jos\u00e9@b\u00fccher.test>", lines[0]);
        Assert.Contains(" with UTF8SMTP id ", lines[1], StringComparison.Ordinal);
        Assert.Contains(" for <\u7528\u6237@d.test>;", lines[1], StringComparison.Ordinal);
        Assert.Equal("Subject: h\u00e9", lines[2]);
    }

    private static string Text(int number, string lineEnd)
    {
        string[] lines = [$"Subject: {number}", "", "hello", ".", "..", "...", ".hidden", "", "end"];
        string long998 = new('x', 998);
        return string.Concat(
            lines.Concat(Enumerable.Repeat(long998, number % 50)).Append("last").Select(line => line + lineEnd)
        );
    }
}
