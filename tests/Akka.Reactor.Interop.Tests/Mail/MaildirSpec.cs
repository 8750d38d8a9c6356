using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using Akka.Reactor.Protocols;
using Microsoft.Extensions.Time.Testing;
using ReactorHost.Mail;
using Xunit;

namespace Akka.Reactor.Interop.Tests;

[Trait("Engines", "all")] // Which engine runs plays no part here.
public sealed class MaildirSpec : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_message_is_one_file_in_new_with_the_trace_fields_before_its_octets()
    {
        Maildir().Store(Message("c@d.test"));
        string file = Assert.Single(StoredMail.Files(_folder.Maildir, "new"));
        Assert.Equal(
            "Return-Path: <a@b.test>\r\n"
                + "Received: from client.test ([IPv6:2001:db8::1]) by mx.test with ESMTP id 1234 for <c@d.test>; "
                + "Sat, 21 Nov 2026 03:04:05 +0000\r\nhello\r\n",
            File.ReadAllText(file)
        );
        Assert.Empty(StoredMail.Files(_folder.Maildir, "tmp"));
        Assert.True(Directory.Exists(Path.Combine(_folder.Maildir, "cur")));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void A_message_to_several_is_stored_once_and_names_none_of_them()
    {
        Maildir().Store(Message("c@d.test", "e@f.test"));
        StoredMail mail = Assert.Single(StoredMail.ReadAll(_folder.Maildir));
        Assert.DoesNotContain("d.test", mail.Received, StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_of_one_instant_have_names_of_their_own()
    {
        Maildir maildir = Maildir();
        for (int number = 0; number < 100; number++)
        {
            maildir.Store(Message("c@d.test"));
        }

        Assert.Equal(100, StoredMail.Files(_folder.Maildir, "new").Length);
    }

    [Fact]
    public void Folders_above_the_Maildir_are_made_too()
    {
        string path = Path.Combine(_folder.Path, "a", "b", "maildir");
        new Maildir(path, "mx.test", Clock()).Store(Message("c@d.test"));
        Assert.Single(StoredMail.Files(path, "new"));
    }

    [Fact]
    public void The_fields_stay_lines_of_at_most_998_octets_whatever_the_peer_says()
    {
        SmtpMessage message = Message(new string('r', 254)) with
        {
            Helo = new string('h', 255),
            ReversePath = new string('s', 254),
        };
        string fields = TraceFields.Of(message, new string('m', 255), DateTimeOffset.UnixEpoch);
        Assert.All(fields.Split("\r\n"), line => Assert.InRange(line.Length, 0, 998));
    }

    [Fact]
    public void A_name_that_is_no_word_is_made_one() =>
        Assert.Contains(
            "\r\nReceived: from My?Caf?;? (",
            TraceFields.Of(
                Message("c@d.test") with
                {
                    Helo = "My Caf\u00e9;\ufffd",
                },
                "mx.test",
                DateTimeOffset.UnixEpoch
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void A_failure_leaves_nothing_in_tmp()
    {
        Maildir maildir = Maildir();
        maildir.Store(Message("c@d.test"));
        string target = Path.Combine(_folder.Maildir, "new");
        Directory.Delete(target, recursive: true);
        File.WriteAllText(target, "");
        Assert.ThrowsAny<IOException>(() => maildir.Store(Message("c@d.test")));
        Assert.Empty(StoredMail.Files(_folder.Maildir, "tmp"));
    }

    private static FakeTimeProvider Clock() => new(new DateTimeOffset(2026, 11, 21, 3, 4, 5, TimeSpan.Zero));

    private Maildir Maildir() => new(_folder.Maildir, "mx.test", Clock());

    private static SmtpMessage Message(params string[] recipients) =>
        new()
        {
            Id = "1234",
            Helo = "client.test",
            Extended = true,
            RemoteEndPoint = new IPEndPoint(IPAddress.Parse("2001:db8::1"), 25),
            ReversePath = "a@b.test",
            Recipients = recipients.ToArray(),
            Content = SmtpContent.FromBytes(Encoding.ASCII.GetBytes("hello\r\n")),
        };
}
