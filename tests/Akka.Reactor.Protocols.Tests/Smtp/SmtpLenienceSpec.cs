using System;
using System.Buffers;
using System.Linq;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

/// <summary>What senders in good standing do against the letter of the RFCs, and what became of it.</summary>
public sealed class SmtpLenienceSpec
{
    [Theory]
    [InlineData("MAIL FROM:<abc.@docomo.test>", "abc.@docomo.test")]
    [InlineData("MAIL FROM:<.abc@docomo.test>", ".abc@docomo.test")]
    [InlineData("MAIL FROM:<a..b@docomo.test>", "a..b@docomo.test")]
    [InlineData("MAIL FROM:<root@web_1.my_net>", "root@web_1.my_net")]
    [InlineData("MAIL FROM:<a@-b-.test>", "a@-b-.test")]
    [InlineData("MAIL FROM: <a@b.test>", "a@b.test")]
    [InlineData("MAIL FROM:  <a@b.test> SIZE=3", "a@b.test")]
    [InlineData("MAIL  FROM:<a@b.test>", "a@b.test")]
    [InlineData("MAIL FROM:a@b.test", "a@b.test")]
    [InlineData("MAIL FROM: a@b.test SIZE=3", "a@b.test")]
    [InlineData("MAIL FROM: <>", "")]
    [InlineData("MAIL FROM:<a@b.test>\t", "a@b.test")]
    public void A_sender_is_taken_as_Postfix_takes_it(string command, string reversePath)
    {
        SmtpDialogue dialogue = new SmtpDialogue().Greeted();
        Assert.Equal("250 2.1.0 Ok\r\n", dialogue.Say(command + "\r\n"));
        dialogue.Say("RCPT TO:<c@d.test>\r\nDATA\r\n.\r\n");
        Assert.Equal(reversePath, Assert.Single(dialogue.Messages).ReversePath);
    }

    [Theory]
    [InlineData("RCPT TO:<abc.@docomo.ne.jp>", "abc.@docomo.ne.jp")]
    [InlineData("RCPT TO:<root@web_1.my_net>", "root@web_1.my_net")]
    [InlineData("RCPT TO: <a@b.test>", "a@b.test")]
    [InlineData("RCPT TO: postmaster", "postmaster")]
    [InlineData("RCPT TO:a@b.test", "a@b.test")]
    public void A_recipient_is_taken_as_Postfix_takes_it(string command, string recipient)
    {
        SmtpDialogue dialogue = new SmtpDialogue().Greeted();
        Assert.Equal("250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n", dialogue.Say($"MAIL FROM:<>\r\n{command}\r\n"));
        dialogue.Say("DATA\r\n.\r\n");
        Assert.Equal([recipient], Assert.Single(dialogue.Messages).Recipients, StringComparer.Ordinal);
    }

    [Fact]
    public void A_local_part_may_be_longer_than_64_octets_as_those_made_for_bounces_are()
    {
        string address = $"bounces+{new string('x', 120)}=d.test@b.test";
        Assert.Equal("250 2.1.0 Ok\r\n", new SmtpDialogue().Greeted().Say($"MAIL FROM:<{address}>\r\n"));
    }

    [Theory]
    [InlineData("RCPT TO:<a@b.>")]
    [InlineData("RCPT TO:<a@b..c>")]
    [InlineData("RCPT TO:<a@@b>")]
    [InlineData("RCPT TO:<a b@c>")]
    [InlineData("RCPT TO:<a@b")]
    [InlineData("RCPT TO:a@b>")]
    [InlineData("RCPT TO: ")]
    [InlineData("RCPT TO:@b.test")]
    [InlineData("RCPT TO:<a,c@b.test>")]
    [InlineData("RCPT TO:<a@b/c>")]
    public void What_is_no_address_at_all_is_still_refused(string command)
    {
        SmtpDialogue dialogue = new SmtpDialogue().Greeted();
        dialogue.Say("MAIL FROM:<>\r\n");
        Assert.Equal("501 5.1.3 Bad recipient address syntax\r\n", dialogue.Say(command + "\r\n"));
    }

    [Theory]
    [InlineData("EHLO My Computer", "My Computer")]
    [InlineData("HELO caf\u00c3\u00a9.test", "caf\u00e9.test")]
    [InlineData("EHLO caf\u00e9.test", "caf\ufffd.test")]
    [InlineData("EHLO \u00c2\u0085.test", "\ufffd.test")]
    [InlineData("EHLO   padded", "padded")]
    public void A_name_is_taken_whatever_it_is_made_of(string command, string name)
    {
        var dialogue = new SmtpDialogue();
        Assert.StartsWith("250", dialogue.Say(command + "\r\n"), StringComparison.Ordinal);
        dialogue.Say("MAIL FROM:<>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n.\r\n");
        Assert.Equal(name, Assert.Single(dialogue.Messages).Helo);
    }

    [Theory]
    [InlineData(1001)]
    [InlineData(100_000)]
    public void A_text_line_may_be_of_any_length(int length)
    {
        SmtpDialogue dialogue = new SmtpDialogue().InData();
        string line = new string('x', length) + "\r\n";
        Assert.Equal("250 2.0.0 Ok: stored\r\n", dialogue.Say(line + ".\r\n"));
        Assert.Equal(line, Assert.Single(dialogue.Messages).Text());
    }

    [Theory]
    [InlineData("one\ntwo\r\n", "one\r\ntwo\r\n")]
    [InlineData("one\rtwo\r\n", "one\r\ntwo\r\n")]
    [InlineData("\n\n\r\n", "\r\n\r\n\r\n")]
    [InlineData("\r\r\n", "\r\n\r\n")]
    [InlineData("one\n.\ntwo\r\n", "one\r\n.\r\ntwo\r\n")]
    [InlineData("one\n.\r\ntwo\r\n", "one\r\n.\r\ntwo\r\n")]
    [InlineData("one\n..\ntwo\r\n", "one\r\n..\r\ntwo\r\n")]
    [InlineData("one\r\n.\ntwo\r\n", "one\r\n\r\ntwo\r\n")]
    [InlineData("one\r\n..\ntwo\r\n", "one\r\n.\r\ntwo\r\n")]
    [InlineData("one\r\n.\rtwo\r\n", "one\r\n\r\ntwo\r\n")]
    [InlineData("one\r.\r\ntwo\r\n", "one\r\n.\r\ntwo\r\n")]
    [InlineData("one\r.\rtwo\r\n", "one\r\n.\r\ntwo\r\n")]
    [InlineData("one\r\n.\r.\r\ntwo\r\n", "one\r\n\r\n.\r\ntwo\r\n")]
    [InlineData("one\n\r.\r\ntwo\r\n", "one\r\n\r\n.\r\ntwo\r\n")]
    public void A_bare_CR_or_LF_ends_a_line_of_the_content_and_is_stored_as_CRLF(string data, string content)
    {
        byte[] octets = SmtpDialogue.Octets(data + ".\r\nNOOP\r\n");
        foreach (ReadOnlySequence<byte>[] pieces in SmtpCuts.Of(octets))
        {
            SmtpDialogue dialogue = new SmtpDialogue().InData();
            string replies = string.Concat(pieces.Select(piece => dialogue.Say(piece.ToArray())));
            Assert.Equal("250 2.0.0 Ok: stored\r\n250 2.0.0 Ok\r\n", replies);
            Assert.Equal(content, Assert.Single(dialogue.Messages).Text());
        }
    }

    [Theory]
    [MemberData(nameof(SmtpSmugglingSpec.BareLineEnds), MemberType = typeof(SmtpSmugglingSpec))]
    public void What_is_stored_of_it_is_one_message_to_the_next_system_too(string sequence)
    {
        SmtpDialogue first = new SmtpDialogue().InData();
        first.Say($"body{sequence}MAIL FROM:<evil@b.test>\r\n.\r\n");
        string content = Assert.Single(first.Messages).Text();

        // Every CR and LF of it is one of a CRLF, so that all systems see the same lines; a sender doubles their dots.
        string rest = content.Replace("\r\n", "", StringComparison.Ordinal);
        Assert.DoesNotContain('\r', rest);
        Assert.DoesNotContain('\n', rest);
        string stuffed = ("\r\n" + content).Replace("\r\n.", "\r\n..", StringComparison.Ordinal)[2..];
        SmtpDialogue second = new SmtpDialogue().InData();
        Assert.Equal("250 2.0.0 Ok: stored\r\n", second.Say(stuffed + ".\r\n"));
        Assert.Equal(content, Assert.Single(second.Messages).Text());
    }
}
