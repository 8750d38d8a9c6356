using System;
using System.Linq;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

/// <summary>What a peer may repeat, it may not repeat without end.</summary>
public sealed class SmtpEndlessSpec
{
    private const int Many = 2000;

    [Theory]
    [InlineData("NOOP\r\n")]
    [InlineData("RSET\r\n")]
    [InlineData("VRFY someone\r\n")]
    [InlineData("HELP\r\n")]
    [InlineData("EHLO client.test\r\n")]
    [InlineData("HELO client.test\r\n")]
    [InlineData("STARTTLS\r\n")]
    [InlineData("MAIL FROM:<a@b.test>\r\nRSET\r\n")]
    [InlineData("MAIL FROM:<a@b.test>\r\nEHLO client.test\r\n")]
    [InlineData("MAIL FROM:<a@b.test> SIZE=99999999999\r\n")]
    [InlineData("NOOP\r\nEHLO client.test\r\nRSET\r\n")]
    public void Commands_that_bring_no_mail_forward_end_in_421(string commands)
    {
        SmtpDialogue dialogue = new SmtpDialogue().Greeted();
        string replies = dialogue.Say(string.Concat(Enumerable.Repeat(commands, Many)));
        Assert.EndsWith("\r\n421 4.7.0 mx.test: Too many errors\r\n", replies, StringComparison.Ordinal);
        Assert.Equal(SmtpEnd.TooManyErrors, dialogue.Session.Ended);
    }

    [Fact]
    public void Messages_that_are_not_stored_end_in_421()
    {
        var dialogue = new SmtpDialogue(new SmtpOptions { HostName = "mx.test", MaxMessageSize = 3 });
        dialogue.Greeted();
        string mail = "MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nlong\r\n.\r\n";
        string replies = dialogue.Say(string.Concat(Enumerable.Repeat(mail, Many)));
        Assert.EndsWith("421 4.7.0 mx.test: Too many errors\r\n", replies, StringComparison.Ordinal);
        Assert.Equal(SmtpEnd.TooManyErrors, dialogue.Session.Ended);
    }

    [Fact]
    public void Messages_that_are_stored_never_do()
    {
        SmtpDialogue dialogue = new SmtpDialogue().Greeted();
        string mail = "RSET\r\nNOOP\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nx\r\n.\r\n";
        dialogue.Say(string.Concat(Enumerable.Repeat(mail, Many)));
        Assert.Equal(Many, dialogue.Messages.Count);
        Assert.Equal(SmtpEnd.None, dialogue.Session.Ended);
    }

    [Fact]
    public void Recipients_over_the_limit_end_in_421()
    {
        var dialogue = new SmtpDialogue(new SmtpOptions { HostName = "mx.test", MaxRecipients = 3 });
        dialogue.Greeted();
        dialogue.Say("MAIL FROM:<a@b.test>\r\n");
        string replies = dialogue.Say(string.Concat(Enumerable.Repeat("RCPT TO:<c@d.test>\r\n", 99_000)));
        Assert.Equal(
            string.Concat(Enumerable.Repeat("250 2.1.5 Ok\r\n", 3))
                + string.Concat(Enumerable.Repeat("452 4.5.3 Too many recipients\r\n", 19))
                + "421 4.7.0 mx.test: Too many errors\r\n",
            replies
        );
    }
}
