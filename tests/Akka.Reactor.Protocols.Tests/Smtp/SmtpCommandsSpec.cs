using System;
using System.Linq;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SmtpCommandsSpec
{
    [Fact]
    public void The_greeting_names_the_host()
    {
        Assert.Equal("220 mx.test ESMTP ready\r\n", new SmtpDialogue().Do((s, r) => s.Greet(r)));
    }

    [Fact]
    public void EHLO_lists_the_extensions()
    {
        var options = new SmtpOptions { HostName = "mx.test", MaxMessageSize = 1234 };
        Assert.Equal(
            "250-mx.test\r\n250-PIPELINING\r\n250-SIZE 1234\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES\r\n",
            new SmtpDialogue(options).Say("EHLO client.test\r\n")
        );
    }

    [Fact]
    public void EHLO_offers_STARTTLS_where_it_can_be_done()
    {
        var options = new SmtpOptions { HostName = "mx.test" };
        Assert.Equal(
            "250-mx.test\r\n250-PIPELINING\r\n250-SIZE 33554432\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-STARTTLS\r\n250 ENHANCEDSTATUSCODES\r\n",
            new SmtpDialogue(options, canStartTls: true).Say("EHLO client.test\r\n")
        );
    }

    [Theory]
    [InlineData("HELO client.test", "250 mx.test")]
    [InlineData("helo client.test", "250 mx.test")]
    [InlineData("HeLo [192.0.2.1]", "250 mx.test")]
    [InlineData("HELO odd_name", "250 mx.test")]
    [InlineData("HELO client.test   ", "250 mx.test")]
    [InlineData("HELO", "501 5.5.4")]
    [InlineData("EHLO", "501 5.5.4")]
    [InlineData("EHLO  ", "501 5.5.4")]
    [InlineData("NOOP", "250 2.0.0")]
    [InlineData("NOOP anything at all", "250 2.0.0")]
    [InlineData("noop", "250 2.0.0")]
    [InlineData("RSET", "250 2.0.0")]
    [InlineData("RSET ", "250 2.0.0")]
    [InlineData("RSET x", "501 5.5.4")]
    [InlineData("VRFY someone", "252 2.0.0")]
    [InlineData("VRFY", "501 5.5.4")]
    [InlineData("HELP", "214 2.0.0")]
    [InlineData("HELP MAIL", "214 2.0.0")]
    [InlineData("QUIT", "221 2.0.0 mx.test")]
    [InlineData("quit", "221 2.0.0 mx.test")]
    [InlineData("QUIT now", "501 5.5.4")]
    [InlineData("EXPN list", "502 5.5.1")]
    [InlineData("AUTH PLAIN", "502 5.5.1")]
    [InlineData("BDAT 1 LAST", "502 5.5.1")]
    [InlineData("ETRN x", "502 5.5.1")]
    [InlineData("ATRN", "502 5.5.1")]
    [InlineData("turn", "502 5.5.1")]
    [InlineData("SEND FROM:<a@b>", "502 5.5.1")]
    [InlineData("SOML FROM:<a@b>", "502 5.5.1")]
    [InlineData("SAML FROM:<a@b>", "502 5.5.1")]
    [InlineData("", "500 5.5.2")]
    [InlineData(" NOOP", "500 5.5.2")]
    [InlineData("NOOPS", "500 5.5.2")]
    [InlineData("NOO", "500 5.5.2")]
    [InlineData("STARTTLZ", "500 5.5.2")]
    [InlineData("\u00ce\u00cf\u00cf\u00d0", "500 5.5.2")]
    [InlineData("GET / HTTP/1.1", "500 5.5.2")]
    [InlineData("EXPNAUTH", "500 5.5.2")]
    [InlineData("PNAU", "500 5.5.2")]
    [InlineData("MAIL FROM:<a@b>", "503 5.5.1")]
    [InlineData("RCPT TO:<a@b>", "503 5.5.1")]
    [InlineData("DATA", "503 5.5.1")]
    [InlineData("STARTTLS", "454 4.7.0")]
    public void A_command_before_any_other_is_answered(string command, string reply)
    {
        string answer = new SmtpDialogue().Say(command + "\r\n");
        Assert.StartsWith(reply, answer, StringComparison.Ordinal);
        Assert.Equal(1, answer.Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("EHLO two words")]
    [InlineData("EHLO caf\u00e9")]
    [InlineData("EHLO  padded")]
    public void In_strict_mode_a_name_is_one_word_of_printable_ASCII(string command) =>
        Assert.StartsWith(
            "501 5.5.4",
            new SmtpDialogue(new SmtpOptions { Strict = true }).Say(command + "\r\n"),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("NO\nOP")]
    [InlineData("NOOP\n")]
    [InlineData("NOOP\nQUIT")]
    [InlineData("NOOP\rQUIT")]
    [InlineData("NOOP\r")]
    [InlineData("\n")]
    [InlineData("NOOP \0")]
    [InlineData("\0NOOP")]
    [InlineData("NOOP\tx")]
    [InlineData("NOOP \u007f")]
    [InlineData("NOOP \u001b[1m")]
    public void A_control_octet_in_a_command_is_a_syntax_error_and_never_a_line_end(string command)
    {
        var dialogue = new SmtpDialogue();
        Assert.Equal("500 5.5.2 Control character in command\r\n", dialogue.Say(command + "\r\n"));
        Assert.Empty(dialogue.Actions);
    }

    [Theory]
    [InlineData("NOOP\n")]
    [InlineData("NOOP\r")]
    [InlineData("NOOP")]
    public void Nothing_is_answered_before_CRLF(string text)
    {
        var dialogue = new SmtpDialogue();
        Assert.Equal("", dialogue.Say(text));
        Assert.Equal(text.Length, dialogue.Kept);
    }

    [Fact]
    public void A_mail_is_received_command_by_command()
    {
        var dialogue = new SmtpDialogue();
        dialogue.Say("EHLO client.test\r\n");
        Assert.Equal("250 2.1.0 Ok\r\n", dialogue.Say("mail from:<Sender@b.test> body=8bitmime size=9\r\n"));
        Assert.Equal("250 2.1.5 Ok\r\n", dialogue.Say("rcpt to:<c@d.test>\r\n"));
        Assert.Equal("250 2.1.5 Ok\r\n", dialogue.Say("RCPT TO:<Postmaster>\r\n"));
        Assert.StartsWith("354 ", dialogue.Say("DATA\r\n"), StringComparison.Ordinal);
        Assert.Equal("250 2.0.0 Ok: stored\r\n", dialogue.Say("Subject: x\r\n\r\n..\r\n.\r\n"));

        SmtpMessage message = Assert.Single(dialogue.Messages);
        Assert.Equal("client.test", message.Helo);
        Assert.Equal("Sender@b.test", message.ReversePath);
        Assert.Equal(["c@d.test", "Postmaster"], message.Recipients);
        Assert.Equal(SmtpBody.EightBitMime, message.Body);
        Assert.Equal(SmtpDialogue.Peer, message.RemoteEndPoint);
        Assert.Null(message.Tls);
        Assert.Equal("ESMTP", message.WithProtocol);
        Assert.Equal(32, message.Id.Length);
        Assert.Equal("Subject: x\r\n\r\n.\r\n", message.Text());
    }

    [Fact]
    public void The_second_mail_of_a_session_starts_from_nothing()
    {
        var dialogue = new SmtpDialogue();
        dialogue.Say("HELO client.test\r\nMAIL FROM:<> BODY=8BITMIME\r\nRCPT TO:<a@b>\r\nDATA\r\none\r\n.\r\n");
        Assert.Equal("503 5.5.1 Send MAIL first\r\n", dialogue.Say("RCPT TO:<a@b>\r\n"));
        dialogue.Say("MAIL FROM:<x@y>\r\nRCPT TO:<c@d>\r\nDATA\r\ntwo\r\n.\r\n");

        Assert.Equal(["one\r\n", "two\r\n"], dialogue.Messages.Select(m => m.Text()), StringComparer.Ordinal);
        Assert.Equal(["", "x@y"], dialogue.Messages.Select(m => m.ReversePath), StringComparer.Ordinal);
        Assert.Equal(["a@b", "c@d"], dialogue.Messages.SelectMany(m => m.Recipients), StringComparer.Ordinal);
        Assert.Equal([SmtpBody.EightBitMime, SmtpBody.SevenBit], dialogue.Messages.Select(m => m.Body));
        Assert.All(dialogue.Messages, m => Assert.Equal("SMTP", m.WithProtocol));
        Assert.NotEqual(dialogue.Messages[0].Id, dialogue.Messages[1].Id, StringComparer.Ordinal);
    }

    [Fact]
    public void MAIL_may_not_be_nested()
    {
        var dialogue = new SmtpDialogue().Greeted();
        dialogue.Say("MAIL FROM:<a@b>\r\n");
        Assert.Equal("503 5.5.1 Sender already given\r\n", dialogue.Say("MAIL FROM:<a@b>\r\n"));
    }

    [Theory]
    [InlineData("RSET")]
    [InlineData("EHLO again.test")]
    [InlineData("HELO again.test")]
    public void The_transaction_is_cleared_by(string command)
    {
        var dialogue = new SmtpDialogue().Greeted();
        dialogue.Say("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n");
        dialogue.Say(command + "\r\n");
        Assert.Equal("503 5.5.1 Send MAIL first\r\n", dialogue.Say("DATA\r\n"));
        Assert.Equal("250 2.1.0 Ok\r\n", dialogue.Say("MAIL FROM:<a@b>\r\n"));
        Assert.Equal("554 5.5.1 No valid recipients\r\n", dialogue.Say("DATA\r\n"));
    }

    [Theory]
    [InlineData("NOOP")]
    [InlineData("VRFY x")]
    [InlineData("HELP")]
    [InlineData("EHLO")]
    [InlineData("BOGUS")]
    [InlineData("MAIL FROM:<x@y>")]
    [InlineData("RCPT TO:<>")]
    public void The_transaction_is_kept_by(string command)
    {
        var dialogue = new SmtpDialogue().Greeted();
        dialogue.Say("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n");
        dialogue.Say(command + "\r\n");
        Assert.StartsWith("354 ", dialogue.Say("DATA\r\n"), StringComparison.Ordinal);
        dialogue.Say(".\r\n");
        Assert.Equal("a@b", Assert.Single(dialogue.Messages).ReversePath);
    }

    [Fact]
    public void QUIT_closes_and_nothing_behind_it_is_executed()
    {
        var dialogue = new SmtpDialogue();
        Assert.Equal("221 2.0.0 mx.test closing connection\r\n", dialogue.Say("QUIT\r\nNOOP\r\n"));
        Assert.Equal([SmtpAction.Close], dialogue.Actions);
        Assert.Equal(SmtpEnd.Quit, dialogue.Session.Ended);
        Assert.Equal("", dialogue.Say("NOOP\r\n"));
        Assert.Equal(0, dialogue.Kept);
    }
}
