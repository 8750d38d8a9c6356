using System;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SmtpRequireTlsSpec
{
    private const string TlsFirst = "530 5.7.0 Say STARTTLS first\r\n";

    private static readonly SmtpOptions Options = new() { HostName = "mx.test", RequireTls = true };

    [Theory]
    [InlineData("MAIL FROM:<a@b.test>")]
    [InlineData("RCPT TO:<a@b.test>")]
    [InlineData("DATA")]
    [InlineData("VRFY x")]
    [InlineData("EXPN x")]
    [InlineData("HELP")]
    [InlineData("AUTH PLAIN AGEAYg==")]
    [InlineData("BDAT 1 LAST")]
    [InlineData("BOGUS")]
    public void A_command_in_the_clear_is_refused(string command)
    {
        SmtpDialogue dialogue = new SmtpDialogue(Options, canStartTls: true, canAuthenticate: true).Greeted();
        Assert.Equal(TlsFirst, dialogue.Say(command + "\r\n"));
        Assert.Empty(dialogue.Actions);
    }

    [Theory]
    [InlineData("EHLO x", "250-mx.test")]
    [InlineData("HELO x", "250 mx.test")]
    [InlineData("NOOP", "250 2.0.0")]
    [InlineData("RSET", "250 2.0.0")]
    [InlineData("STARTTLS", "220 2.0.0")]
    [InlineData("QUIT", "221 2.0.0")]
    public void A_command_that_leads_to_TLS_or_to_nothing_is_answered(string command, string reply) =>
        Assert.StartsWith(
            reply,
            new SmtpDialogue(Options, canStartTls: true).Say(command + "\r\n"),
            StringComparison.Ordinal
        );

    [Fact]
    public void Over_TLS_everything_is_allowed()
    {
        SmtpDialogue dialogue = new(Options, canStartTls: true);
        dialogue.Say("EHLO x\r\nMAIL FROM:<a@b.test>\r\nSTARTTLS\r\n");
        dialogue.Do((session, _) => session.Secured("TLS 1.3"));
        dialogue.Say("EHLO x\r\n");
        Assert.Equal(
            "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n",
            dialogue.Say("MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n")
        );
    }

    [Fact]
    public void Refusals_count_as_errors()
    {
        SmtpDialogue dialogue = new SmtpDialogue(Options with { ErrorLimit = 3 }, canStartTls: true).Greeted();
        Assert.Equal(
            TlsFirst + TlsFirst + "421 4.7.0 mx.test: Too many errors\r\n",
            dialogue.Say("DATA\r\nDATA\r\nDATA\r\n")
        );
    }
}
