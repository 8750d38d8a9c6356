using System;
using System.Buffers;
using System.Text;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SmtpStartTlsSpec
{
    private static readonly SmtpOptions Options = new() { HostName = "mx.test" };

    [Theory]
    [InlineData("NOOP\r\n")]
    [InlineData("MAIL FROM:<evil@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Nothing_behind_STARTTLS_is_consumed_or_executed_however_it_is_cut(string behind)
    {
        const string before = "EHLO client.test\r\nSTARTTLS\r\n";
        byte[] octets = SmtpDialogue.Octets(before + behind);
        foreach (ReadOnlySequence<byte>[] pieces in SmtpCuts.Of(octets))
        {
            var dialogue = new SmtpDialogue(Options, canStartTls: true);
            string replies = "";
            foreach (ReadOnlySequence<byte> piece in pieces)
                replies += dialogue.Say(piece.ToArray());
            Assert.EndsWith("\r\n220 2.0.0 Ready to start TLS\r\n", replies, StringComparison.Ordinal);
            Assert.Equal([SmtpAction.StartTls], dialogue.Actions);
            Assert.Equal(behind.Length, dialogue.Kept);
        }
    }

    [Fact]
    public void Consumption_stops_right_behind_the_CRLF_of_STARTTLS_in_any_segmentation()
    {
        byte[] octets = "NOOP\r\nstarttls\r\nNOOP\r\n"u8.ToArray();
        for (int size = 1; size <= octets.Length; size++)
        {
            var session = new SmtpSession(Options, new SmtpRoom(long.MaxValue), null, canStartTls: true);
            var replies = new ArrayBufferWriter<byte>();
            Assert.Equal(new SmtpStep(16, SmtpAction.StartTls), session.Receive(Segments.Of(octets, size), replies));
            Assert.Equal(new SmtpStep(0, SmtpAction.None), session.Receive(Segments.Of(octets, size), replies));
            Assert.Equal(
                "250 2.0.0 Ok\r\n220 2.0.0 Ready to start TLS\r\n",
                Encoding.ASCII.GetString(replies.WrittenSpan)
            );
        }
    }

    [Fact]
    public void Everything_known_before_TLS_is_forgotten()
    {
        var dialogue = new SmtpDialogue(Options, canStartTls: true);
        dialogue.Say("EHLO client.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nSTARTTLS\r\n");
        Assert.Equal("", dialogue.Do((s, _) => s.Secured("TLS 1.3")));

        Assert.Equal("503 5.5.1 Send EHLO or HELO first\r\n", dialogue.Say("DATA\r\n"));
        Assert.Equal("503 5.5.1 Send EHLO or HELO first\r\n", dialogue.Say("RCPT TO:<c@d.test>\r\n"));
        Assert.Equal("503 5.5.1 Send EHLO or HELO first\r\n", dialogue.Say("MAIL FROM:<a@b.test>\r\n"));
        dialogue.Say("EHLO secret.test\r\n");
        Assert.Equal("503 5.5.1 Send MAIL first\r\n", dialogue.Say("DATA\r\n"));

        dialogue.Say("MAIL FROM:<x@y.test>\r\nRCPT TO:<z@d.test>\r\nDATA\r\nx\r\n.\r\n");
        SmtpMessage message = Assert.Single(dialogue.Messages);
        Assert.Equal("TLS 1.3", message.Tls);
        Assert.Equal("ESMTPS", message.WithProtocol);
        Assert.Equal("secret.test", message.Helo);
        Assert.Equal("x@y.test", message.ReversePath);
        Assert.Equal(["z@d.test"], message.Recipients, StringComparer.Ordinal);
    }

    [Fact]
    public void STARTTLS_is_neither_offered_nor_done_twice()
    {
        var dialogue = new SmtpDialogue(Options, canStartTls: true);
        dialogue.Say("STARTTLS\r\n");
        dialogue.Do((s, _) => s.Secured("TLS 1.3"));
        Assert.DoesNotContain("STARTTLS", dialogue.Say("EHLO client.test\r\n"), StringComparison.Ordinal);
        Assert.Equal("503 5.5.1 TLS is already on\r\n", dialogue.Say("STARTTLS\r\n"));
        Assert.Equal([SmtpAction.StartTls], dialogue.Actions);
    }

    [Fact]
    public void With_TLS_from_the_first_octet_it_is_not_offered_either()
    {
        var dialogue = new SmtpDialogue(Options, canStartTls: true);
        dialogue.Do((s, _) => s.Secured("TLS 1.2"));
        Assert.StartsWith("220 ", dialogue.Do((s, r) => s.Greet(r)), StringComparison.Ordinal);
        Assert.DoesNotContain("STARTTLS", dialogue.Say("EHLO client.test\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void With_a_parameter_it_is_a_syntax_error()
    {
        var dialogue = new SmtpDialogue(Options, canStartTls: true);
        Assert.Equal("501 5.5.4 No argument allowed\r\n", dialogue.Say("STARTTLS now\r\n"));
        Assert.Empty(dialogue.Actions);
    }

    [Fact]
    public void Switched_off_it_is_not_offered_and_not_available()
    {
        var dialogue = new SmtpDialogue(Options with { StartTls = false }, canStartTls: true);
        Assert.DoesNotContain("STARTTLS", dialogue.Say("EHLO client.test\r\n"), StringComparison.Ordinal);
        Assert.Equal("454 4.7.0 TLS not available\r\n", dialogue.Say("STARTTLS\r\n"));
    }

    [Fact]
    public void Without_a_certificate_it_is_not_available_and_the_session_goes_on()
    {
        SmtpDialogue dialogue = new SmtpDialogue().Greeted();
        dialogue.Say("MAIL FROM:<a@b.test>\r\n");
        for (int i = 0; i < 100; i++)
            Assert.Equal("454 4.7.0 TLS not available\r\n", dialogue.Say("STARTTLS\r\n"));
        Assert.Equal("250 2.1.5 Ok\r\n", dialogue.Say("RCPT TO:<c@d.test>\r\n"));
    }

    [Theory]
    [InlineData("\u0016")]
    [InlineData("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003\r\n\r\n")]
    [InlineData("NOOP\r\n\u0016\u0003\u0001")]
    public void A_TLS_record_where_a_command_was_expected_ends_the_session_at_once(string text)
    {
        var dialogue = new SmtpDialogue(Options, canStartTls: true);
        Assert.EndsWith(
            "421 4.7.0 mx.test: TLS is not on here; say STARTTLS first\r\n",
            dialogue.Say(text),
            StringComparison.Ordinal
        );
        Assert.Equal([SmtpAction.Close], dialogue.Actions);
        Assert.Equal(SmtpEnd.UnexpectedTls, dialogue.Session.Ended);
        Assert.Equal(0, dialogue.Kept);
    }

    [Fact]
    public void Between_STARTTLS_and_TLS_nothing_is_written_even_when_the_session_ends()
    {
        var dialogue = new SmtpDialogue(Options, canStartTls: true);
        dialogue.Say("STARTTLS\r\n");
        Assert.Equal("", dialogue.Do((s, r) => s.ShutDown(r)));
        Assert.Equal([SmtpAction.StartTls, SmtpAction.Close], dialogue.Actions);
    }
}
