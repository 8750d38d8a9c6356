using System;
using System.Buffers;
using System.Linq;
using System.Text;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SmtpUtf8Spec
{
    private const string NeedsUtf8 = "553 5.6.7 Address is not ASCII; say SMTPUTF8 in MAIL\r\n";

    private static readonly string Label = new('\u7528', 25);

    public static TheoryData<string> Mailboxes =>
        [
            "jos\u00e9@b\u00fccher.test",
            "\u7528\u6237@\u4f8b\u5b50.test",
            "\"a \u00e9\"@b.test",
            "a@x-\u00e9-y.test",
            "a@" + Label + ".test",
            "\U0001f4e7@b.test",
            "plain@b.test",
        ];

    [Theory]
    [MemberData(nameof(Mailboxes))]
    public void A_mail_with_UTF_8_addresses_is_received_however_it_is_cut(string mailbox)
    {
        byte[] octets = Encoding.UTF8.GetBytes(
            $"EHLO t\r\nMAIL FROM:<{mailbox}> SMTPUTF8 BODY=8BITMIME\r\nRCPT TO:<{mailbox}>\r\nDATA\r\n\u00e9\r\n.\r\n"
        );
        foreach (bool strict in new[] { false, true })
        {
            foreach (ReadOnlySequence<byte>[] pieces in SmtpCuts.Of(octets))
            {
                var dialogue = new SmtpDialogue(new SmtpOptions { Strict = strict });
                string replies = string.Concat(pieces.Select(piece => dialogue.Say(piece.ToArray())));
                Assert.EndsWith("250 2.0.0 Ok: stored\r\n", replies, StringComparison.Ordinal);
                SmtpMessage message = Assert.Single(dialogue.Messages);
                Assert.Equal(mailbox, message.ReversePath);
                Assert.Equal([mailbox], message.Recipients, StringComparer.Ordinal);
                Assert.True(message.SmtpUtf8);
                Assert.Equal("UTF8SMTP", message.WithProtocol);
                Assert.Equal("UTF8SMTPS", (message with { Tls = "TLS 1.3" }).WithProtocol);
            }
        }
    }

    [Fact]
    public void Without_SMTPUTF8_an_address_is_ASCII()
    {
        SmtpDialogue dialogue = new SmtpDialogue().Greeted();
        Assert.Equal(NeedsUtf8, Say(dialogue, "MAIL FROM:<jos\u00e9@b.test>"));
        Assert.Equal("250 2.1.0 Ok\r\n", Say(dialogue, "MAIL FROM:<a@b.test>"));
        Assert.Equal(NeedsUtf8, Say(dialogue, "RCPT TO:<jos\u00e9@b.test>"));
        Assert.Equal(NeedsUtf8, Say(dialogue, "RCPT TO:<a@b\u00fccher.test>"));
        Assert.Equal("250 2.1.5 Ok\r\n", Say(dialogue, "RCPT TO:<c@d.test>"));
        dialogue.Say("DATA\r\n.\r\n");
        Assert.False(Assert.Single(dialogue.Messages).SmtpUtf8);
        Assert.Equal("ESMTP", dialogue.Messages[0].WithProtocol);
    }

    [Fact]
    public void It_is_said_for_one_message()
    {
        SmtpDialogue dialogue = new SmtpDialogue().Greeted();
        foreach (string end in new[] { "RSET\r\n", "RCPT TO:<c@d.test>\r\nDATA\r\n.\r\n" })
        {
            Say(dialogue, "MAIL FROM:<a@b.test> SMTPUTF8");
            dialogue.Say(end);
            Say(dialogue, "MAIL FROM:<a@b.test>");
            Assert.Equal(NeedsUtf8, Say(dialogue, "RCPT TO:<jos\u00e9@b.test>"));
            dialogue.Say("RSET\r\n");
        }
    }

    [Theory]
    [InlineData("a\u00e9@b.test")]
    [InlineData("a@\u00ff.test")]
    [InlineData("a\u00c3@b.test")]
    [InlineData("\u00c0\u0080@b.test")]
    [InlineData("\u00ed\u00a0\u0080@b.test")]
    [InlineData("a\u00c2\u0085b@b.test")]
    [InlineData("\u00c2\u00a9\u00c2\u009b@b.test")]
    [InlineData("\"\\\u00c3\u00a9\"@b.test")]
    public void What_is_not_UTF_8_or_a_control_character_is_no_address(string latin1)
    {
        SmtpDialogue dialogue = new SmtpDialogue().Greeted();
        Assert.Equal("501 5.1.7 Bad sender address syntax\r\n", dialogue.Say($"MAIL FROM:<{latin1}> SMTPUTF8\r\n"));
    }

    [Fact]
    public void Switched_off_it_is_not_offered_and_not_known()
    {
        var dialogue = new SmtpDialogue(new SmtpOptions { SmtpUtf8 = false });
        Assert.DoesNotContain("SMTPUTF8", dialogue.Say("EHLO t\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("555 5.5.4", Say(dialogue, "MAIL FROM:<a@b.test> SMTPUTF8"), StringComparison.Ordinal);
        Assert.StartsWith("501 5.1.7", Say(dialogue, "MAIL FROM:<jos\u00e9@b.test>"), StringComparison.Ordinal);
    }

    [Fact]
    public void In_strict_mode_a_name_may_be_UTF_8_once_the_peer_knows_of_it()
    {
        var dialogue = new SmtpDialogue(new SmtpOptions { Strict = true });
        Assert.StartsWith("501", Say(dialogue, "EHLO b\u00fccher.test"), StringComparison.Ordinal);
        Say(dialogue, "EHLO client.test");
        Assert.StartsWith("250", Say(dialogue, "EHLO b\u00fccher.test"), StringComparison.Ordinal);
        Assert.StartsWith("501", dialogue.Say("EHLO b\u00fccher.test\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("501", Say(dialogue, "EHLO b\u00fccher test"), StringComparison.Ordinal);
        dialogue.Say("MAIL FROM:<> SMTPUTF8\r\nRCPT TO:<c@d.test>\r\nDATA\r\n.\r\n");
        Assert.Equal("b\u00fccher.test", Assert.Single(dialogue.Messages).Helo);
    }

    private static string Say(SmtpDialogue dialogue, string command) =>
        dialogue.Say(Encoding.UTF8.GetBytes(command + "\r\n"));
}
