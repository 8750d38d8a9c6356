using System;
using System.Linq;
using System.Text;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SmtpLimitsSpec
{
    private const string LineTooLong = "500 5.5.2 Line too long\r\n";

    [Theory]
    [InlineData("NOOP ", 512, true)]
    [InlineData("NOOP ", 513, false)]
    [InlineData("NOOP ", 555, false)]
    [InlineData("NOOP ", 556, false)]
    [InlineData("NOOP ", 566, false)]
    [InlineData("VRFY ", 522, true)]
    [InlineData("VRFY ", 523, false)]
    [InlineData("MAIL FROM:<> X=", 565, true)]
    [InlineData("MAIL FROM:<> X=", 566, false)]
    public void A_command_line_has_at_most_512_octets_and_MAIL_53_more(string start, int length, bool fits)
    {
        string command = start + new string('x', length - start.Length - 2) + "\r\n";
        foreach (int size in new[] { 1, 100, 512, 513, 564, 565, length })
        {
            var dialogue = new SmtpDialogue { SegmentSize = size }.Greeted();
            string reply = dialogue.Say(command);
            if (fits)
                Assert.StartsWith(start[0] == 'M' ? "555 " : "25", reply, StringComparison.Ordinal);
            else
                Assert.Equal(LineTooLong, reply);
            Assert.Equal("250 2.0.0 Ok\r\n", dialogue.Say("NOOP\r\n"));
        }
    }

    [Fact]
    public void A_line_that_is_too_long_is_answered_once_and_nothing_in_it_is_executed()
    {
        string line = new string('x', 600) + "QUIT\nQUIT\r" + new string('y', 5000) + "\r\n";
        byte[] octets = Encoding.ASCII.GetBytes(line + "NOOP\r\n");
        for (int cut = 1; cut < octets.Length; cut++)
        {
            var dialogue = new SmtpDialogue();
            string replies = dialogue.Say(octets.AsSpan(0, cut)) + dialogue.Say(octets.AsSpan(cut));
            Assert.Equal(LineTooLong + "250 2.0.0 Ok\r\n", replies);
        }

        var drip = new SmtpDialogue();
        Assert.Equal(LineTooLong + "250 2.0.0 Ok\r\n", string.Concat(octets.Select(octet => drip.Say([octet]))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(16 * 1024)]
    [InlineData(1024 * 1024)]
    public void A_line_of_1_MiB_costs_no_memory_and_ends_the_session(int block)
    {
        byte[] octets = new byte[1024 * 1024];
        Array.Fill(octets, (byte)'x');
        var dialogue = new SmtpDialogue();
        var replies = new StringBuilder();
        for (int at = 0; at < octets.Length && dialogue.Session.Ended == SmtpEnd.None; at += block)
        {
            replies.Append(dialogue.Say(octets.AsSpan(at, Math.Min(block, octets.Length - at))));
            Assert.InRange(dialogue.Kept, 0, SmtpLineReader.MaxMail);
        }

        Assert.Equal(LineTooLong + "421 4.7.0 mx.test: Line too long\r\n", replies.ToString());
        Assert.Equal([SmtpAction.Close], dialogue.Actions);
        Assert.Equal(SmtpEnd.EndlessLine, dialogue.Session.Ended);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_line_is_dropped_up_to_32_KiB(int more, bool goesOn)
    {
        string line = new string('x', SmtpLineReader.MaxDiscarded - 2 + more) + "\r\n";
        foreach (int size in new[] { 1, 1000, line.Length })
        {
            var dialogue = new SmtpDialogue { SegmentSize = size };
            Assert.StartsWith(LineTooLong, dialogue.Say(line), StringComparison.Ordinal);
            Assert.Equal(goesOn ? "250 2.0.0 Ok\r\n" : "", dialogue.Say("NOOP\r\n"));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Garbage_ends_the_session_by_a_limit_and_in_any_cut_the_same(int seed)
    {
        byte[] garbage = new byte[64 * 1024];
        new Random(seed).NextBytes(garbage);
        garbage[0] = (byte)'x';
        var whole = new SmtpDialogue();
        string replies = whole.Say(garbage);
        Assert.Equal([SmtpAction.Close], whole.Actions);

        var cut = new SmtpDialogue();
        Assert.Equal(replies, string.Concat(garbage.Chunk(777).Select(piece => cut.Say(piece))));
        Assert.Equal(whole.Session.Ended, cut.Session.Ended);
    }

    [Fact]
    public void Lines_of_garbage_end_it_too()
    {
        var dialogue = new SmtpDialogue();
        dialogue.Say(string.Concat(Enumerable.Repeat("\u0001\u00ff garbage\r\n", 6000)));
        Assert.Equal(SmtpEnd.TooManyErrors, dialogue.Session.Ended);
    }

    [Fact]
    public void The_twentieth_error_is_answered_421_and_closes()
    {
        var dialogue = new SmtpDialogue();
        for (int i = 0; i < 19; i++)
        {
            Assert.Equal("500 5.5.2 Command not recognized\r\n", dialogue.Say("BOGUS\r\n"));
            Assert.Equal("250 2.0.0 Ok\r\n", dialogue.Say("NOOP\r\n"));
        }

        Assert.Equal("421 4.7.0 mx.test: Too many errors\r\n", dialogue.Say("BOGUS\r\nNOOP\r\n"));
        Assert.Equal([SmtpAction.Close], dialogue.Actions);
        Assert.Equal(SmtpEnd.TooManyErrors, dialogue.Session.Ended);
    }

    [Theory]
    [InlineData("BOGUS")]
    [InlineData("RSET x")]
    [InlineData("AUTH PLAIN")]
    [InlineData("DATA")]
    [InlineData("MAIL FROM:<a@b> FOO=bar")]
    [InlineData("MAIL FROM:<bad>")]
    [InlineData("NO\nOP")]
    [InlineData("EHLO")]
    public void An_error_is(string command)
    {
        var dialogue = new SmtpDialogue(new SmtpOptions { ErrorLimit = 3 }).Greeted();
        Assert.StartsWith("5", dialogue.Say(command + "\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("5", dialogue.Say(command + "\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("421 4.7.0", dialogue.Say(command + "\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stored_message_makes_up_for_the_errors_before_it()
    {
        var dialogue = new SmtpDialogue(new SmtpOptions { ErrorLimit = 3 }).Greeted();
        for (int i = 0; i < 10; i++)
        {
            dialogue.Say("BOGUS\r\nBOGUS\r\n");
            Assert.EndsWith(
                "250 2.0.0 Ok: stored\r\n",
                dialogue.Say("MAIL FROM:<>\r\nRCPT TO:<a@b>\r\nDATA\r\nx\r\n.\r\n"),
                StringComparison.Ordinal
            );
        }

        dialogue.Say("BOGUS\r\nBOGUS\r\nBOGUS\r\n");
        Assert.Equal(SmtpEnd.TooManyErrors, dialogue.Session.Ended);
    }

    [Fact]
    public void TLS_does_not_make_up_for_errors()
    {
        var dialogue = new SmtpDialogue(new SmtpOptions { ErrorLimit = 3 }, canStartTls: true);
        dialogue.Say("BOGUS\r\nBOGUS\r\nSTARTTLS\r\n");
        dialogue.Do((s, _) => s.Secured("TLS 1.3"));
        Assert.StartsWith("421 ", dialogue.Say("BOGUS\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_1001st_recipient_gets_452_and_the_message_goes_to_the_others()
    {
        SmtpDialogue dialogue = new SmtpDialogue(new SmtpOptions { ErrorLimit = 51 }).Greeted();
        dialogue.Say("MAIL FROM:<a@b.test>\r\n");
        string[] recipients = [.. Enumerable.Range(0, 1000).Select(i => $"user{i}@d.test")];
        string replies = dialogue.Say(string.Concat(recipients.Select(r => $"RCPT TO:<{r}>\r\n")));
        Assert.Equal(string.Concat(Enumerable.Repeat("250 2.1.5 Ok\r\n", 1000)), replies);

        for (int i = 0; i < 50; i++)
            Assert.Equal("452 4.5.3 Too many recipients\r\n", dialogue.Say("RCPT TO:<late@d.test>\r\n"));
        dialogue.Say("DATA\r\nx\r\n.\r\n");
        Assert.Equal(recipients, Assert.Single(dialogue.Messages).Recipients, StringComparer.Ordinal);
    }

    [Fact]
    public void A_message_over_the_size_limit_is_read_to_its_end_and_refused()
    {
        var dialogue = new SmtpDialogue(new SmtpOptions { MaxMessageSize = 1000 }).InData();
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal("", dialogue.Say(new string('x', 98) + "\r\n"));
            Assert.InRange(dialogue.Session.Held, 0, 1000);
        }

        Assert.Equal("552 5.3.4 Message too big\r\n250 2.0.0 Ok\r\n", dialogue.Say(".\r\nNOOP\r\n"));
        Assert.Empty(dialogue.Messages);
        Assert.Equal("503 5.5.1 Send MAIL first\r\n", dialogue.Say("DATA\r\n"));
    }

    [Fact]
    public void A_message_of_exactly_the_size_limit_is_taken()
    {
        var dialogue = new SmtpDialogue(new SmtpOptions { MaxMessageSize = 1000 }).InData();
        Assert.Equal("250 2.0.0 Ok: stored\r\n", dialogue.Say(new string('x', 998) + "\r\n.\r\n"));
        Assert.Equal(1000, Assert.Single(dialogue.Messages).Content.Length);
    }

    [Fact]
    public void In_strict_mode_a_message_with_a_line_over_1000_octets_is_read_to_its_end_and_refused()
    {
        SmtpDialogue dialogue = new SmtpDialogue(new SmtpOptions { Strict = true }).InData();
        Assert.Equal(
            "554 5.6.0 Text line too long\r\n250 2.0.0 Ok\r\n",
            dialogue.Say(new string('x', 999) + "\r\n.\r\nNOOP\r\n")
        );
        Assert.Empty(dialogue.Messages);
    }
}
