using System;
using System.Linq;
using System.Text;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SmtpClientSessionSpec
{
    [Fact]
    public void It_greets_and_knows_what_the_server_offers()
    {
        SmtpClientDialogue dialogue = new();
        Assert.Equal("EHLO me.test\r\n", dialogue.Hear("220-mx.test\r\n220 ready\r\n"));
        Assert.False(dialogue.Session.IsIdle);
        Assert.Equal("", dialogue.Hear(SmtpClientDialogue.Ehlo("pipelining", "SIZE 1000")));
        Assert.True(dialogue.Session.IsIdle);
    }

    [Fact]
    public void A_server_without_EHLO_is_greeted_with_HELO()
    {
        SmtpClientDialogue dialogue = new();
        dialogue.Hear("220 mx.test\r\n");
        Assert.Equal("HELO me.test\r\n", dialogue.Hear("502 what?\r\n"));
        dialogue.Hear("250 mx.test\r\n");
        Assert.Equal("MAIL FROM:<a@b.test>\r\n", dialogue.Send(SmtpClientDialogue.Message()));
    }

    [Theory]
    [InlineData("554 go away\r\n", "The server does not accept this connection: 554 go away")]
    [InlineData("421 4.3.2 later\r\n", "The server has ended the session: 421 4.3.2 later")]
    [InlineData("220 mx\r\n451 later\r\n", "The server has refused the greeting: 451 later")]
    [InlineData("220 mx\r\n500 x\r\n500 y\r\n", "The server has refused the greeting: 500 y")]
    public void A_server_that_refuses_the_session_ends_it(string text, string message)
    {
        SmtpClientDialogue dialogue = new();
        Assert.EndsWith("QUIT\r\n", dialogue.Hear(text), StringComparison.Ordinal);
        Assert.Equal([SmtpClientAction.Close], dialogue.Actions);
        Assert.Equal(message, Assert.IsType<SmtpException>(dialogue.Session.Failure).Message);
    }

    [Fact]
    public void Without_PIPELINING_each_command_waits_for_its_reply()
    {
        SmtpClientDialogue dialogue = new SmtpClientDialogue().Greeted();
        Assert.Equal("MAIL FROM:<a@b.test>\r\n", dialogue.Send(SmtpClientDialogue.Message("c@d.test", "e@f.test")));
        Assert.Equal("RCPT TO:<c@d.test>\r\n", dialogue.Hear("250 2.1.0 Ok\r\n"));
        Assert.Equal("RCPT TO:<e@f.test>\r\n", dialogue.Hear("250 Ok\r\n"));
        Assert.Equal("DATA\r\n", dialogue.Hear("251 will forward\r\n"));
        Assert.Equal("", dialogue.Hear("354 go\r\n"));
        Assert.Equal([SmtpClientAction.SendContent], dialogue.Actions);
        Assert.Equal(SmtpClientWait.Nothing, dialogue.Session.Wait);
        dialogue.Session.ContentSent();
        Assert.Equal(SmtpClientWait.Delivery, dialogue.Session.Wait);
        Assert.Null(dialogue.Result);
        Assert.Equal("", dialogue.Hear("250 2.0.0 stored as 7\r\n"));
        Assert.Equal(
            [
                new SmtpRecipientResult("c@d.test", SmtpDelivery.Accepted, new(250, "2.0.0", "stored as 7")),
                new SmtpRecipientResult("e@f.test", SmtpDelivery.Accepted, new(250, "2.0.0", "stored as 7")),
            ],
            dialogue.Result!.Recipients
        );
        Assert.True(dialogue.Result.IsAccepted);
        Assert.Null(dialogue.Result.Failure);
        Assert.True(dialogue.Session.IsIdle);
    }

    [Fact]
    public void With_PIPELINING_the_envelope_goes_out_at_once_and_DATA_after_its_replies()
    {
        SmtpClientDialogue dialogue = new SmtpClientDialogue().Greeted("PIPELINING");
        Assert.Equal(
            "MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nRCPT TO:<e@f.test>\r\n",
            dialogue.Send(SmtpClientDialogue.Message("c@d.test", "e@f.test"))
        );
        Assert.Equal("", dialogue.Hear("250 Ok\r\n250 Ok\r\n"));
        Assert.Equal("DATA\r\n", dialogue.Hear("250 Ok\r\n"));
    }

    [Fact]
    public void At_most_a_hundred_commands_wait_for_replies()
    {
        SmtpClientDialogue dialogue = new SmtpClientDialogue().Greeted("PIPELINING");
        string[] recipients = [.. Enumerable.Range(0, 250).Select(number => $"r{number}@d.test")];
        string commands = dialogue.Send(SmtpClientDialogue.Message(recipients));
        int asked = commands.Count(octet => octet == '\n');
        Assert.Equal(100, asked);
        while (!commands.EndsWith("DATA\r\n", StringComparison.Ordinal))
        {
            string next = dialogue.Hear("250 Ok\r\n");
            Assert.InRange(next.Count(octet => octet == '\n'), 0, 1);
            commands += next;
        }

        Assert.Equal(
            string.Concat(recipients.Select(to => $"RCPT TO:<{to}>\r\n")),
            commands["MAIL FROM:<a@b.test>\r\n".Length..^"DATA\r\n".Length]
        );
    }

    [Fact]
    public void Each_recipient_has_its_own_result()
    {
        SmtpClientDialogue dialogue = new SmtpClientDialogue().Greeted("PIPELINING");
        dialogue.Send(SmtpClientDialogue.Message("c@d.test", "e@f.test", "g@h.test"));
        dialogue.Hear("250 Ok\r\n550 5.1.1 unknown\r\n250 Ok\r\n450 4.2.0 busy\r\n354 go\r\n");
        dialogue.Session.ContentSent();
        dialogue.Hear("250 Ok\r\n");
        Assert.Equal(
            [
                new SmtpRecipientResult("c@d.test", SmtpDelivery.Refused, new(550, "5.1.1", "unknown")),
                new SmtpRecipientResult("e@f.test", SmtpDelivery.Accepted, new(250, null, "Ok")),
                new SmtpRecipientResult("g@h.test", SmtpDelivery.Deferred, new(450, "4.2.0", "busy")),
            ],
            dialogue.Result!.Recipients
        );
        Assert.False(dialogue.Result.IsAccepted);
    }

    [Theory]
    [InlineData("550 5.7.1 no\r\n503 x\r\n", SmtpDelivery.Refused, "550 5.7.1 no")] // MAIL refused
    [InlineData("250 Ok\r\n550 no\r\n", SmtpDelivery.Refused, "550 no")] // RCPT refused
    [InlineData("250 Ok\r\n250 Ok\r\n451 later\r\n", SmtpDelivery.Deferred, "451 later")] // DATA refused
    public void A_refused_message_is_followed_by_RSET_and_the_next_one(string text, SmtpDelivery delivery, string reply)
    {
        SmtpClientDialogue dialogue = new SmtpClientDialogue().Greeted("PIPELINING");
        dialogue.Send(SmtpClientDialogue.Message());
        Assert.EndsWith("RSET\r\n", dialogue.Hear(text), StringComparison.Ordinal);
        SmtpRecipientResult result = Assert.Single(dialogue.Result!.Recipients);
        Assert.Equal(delivery, result.Delivery);
        Assert.Equal(reply, result.Reply!.ToString());
        Assert.False(dialogue.Session.IsIdle);
        dialogue.Hear("250 Ok\r\n");
        Assert.True(dialogue.Session.IsIdle);
        Assert.StartsWith("MAIL", dialogue.Send(SmtpClientDialogue.Message()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("552 5.3.4 too big\r\n", SmtpDelivery.Refused)]
    [InlineData("451 4.3.0 later\r\n", SmtpDelivery.Deferred)]
    public void A_message_refused_at_its_end_is_over_and_the_session_continues(string text, SmtpDelivery delivery)
    {
        SmtpClientDialogue dialogue = AtContent();
        dialogue.Session.ContentSent();
        Assert.Equal("", dialogue.Hear(text));
        Assert.Equal(delivery, dialogue.Result!.Recipients[0].Delivery);
        Assert.True(dialogue.Session.IsIdle);
    }

    [Fact]
    public void A_reply_before_the_end_of_the_content_ends_the_session_without_QUIT_in_the_content()
    {
        SmtpClientDialogue dialogue = AtContent();
        Assert.Equal("", dialogue.Hear("552 too big\r\n"));
        Assert.Equal(SmtpDelivery.Refused, dialogue.Result!.Recipients[0].Delivery);
        Assert.Equal([SmtpClientAction.SendContent, SmtpClientAction.Close], dialogue.Actions);
        Assert.IsType<SmtpException>(dialogue.Session.Failure);
        Assert.Throws<PeerViolationException>(() => AtContent().Hear("250 Ok\r\n"));
    }

    [Fact]
    public void A_reply_may_come_before_the_connection_has_told_that_the_content_is_out()
    {
        SmtpClientDialogue dialogue = AtContent();
        dialogue.Session.IsContentOut = () => true;
        dialogue.Hear("250 Ok\r\n");
        Assert.True(dialogue.Result!.IsAccepted);
        dialogue.Session.ContentSent();
        Assert.True(dialogue.Session.IsIdle);
    }

    [Theory]
    [InlineData(false, SmtpDelivery.NotSent)]
    [InlineData(true, SmtpDelivery.Unknown)]
    public void A_lost_connection_leaves_a_message_unknown_only_if_its_end_has_left(bool isOut, SmtpDelivery delivery)
    {
        SmtpClientDialogue dialogue = AtContent();
        dialogue.Session.IsContentOut = () => isOut;
        TransportClosedException lost = new(CloseReason.Reset);
        dialogue.Do((session, _) => session.End(lost));
        Assert.Equal(new SmtpRecipientResult("c@d.test", delivery, Reply: null), dialogue.Result!.Recipients[0]);
        Assert.Same(lost, dialogue.Result.Failure);
    }

    [Fact]
    public void The_parameters_of_MAIL_are_those_that_are_offered()
    {
        SmtpSend message = SmtpClientDialogue.Message() with { Size = 123, Body = SmtpBody.EightBitMime };
        SmtpClientDialogue all = new SmtpClientDialogue().Greeted("SIZE 0", "8BITMIME", "SMTPUTF8");
        Assert.Equal("MAIL FROM:<a@b.test> SIZE=123 BODY=8BITMIME\r\n", all.Send(message));
        SmtpClientDialogue none = new SmtpClientDialogue().Greeted();
        Assert.Equal("MAIL FROM:<a@b.test>\r\n", none.Send(SmtpClientDialogue.Message() with { Size = 123 }));
        SmtpClientDialogue utf8 = new SmtpClientDialogue().Greeted("SMTPUTF8", "PIPELINING");
        Assert.Equal(
            "MAIL FROM:<> SMTPUTF8\r\nRCPT TO:<jos\u00e9@b\u00fccher.test>\r\n",
            utf8.Send(SmtpClientDialogue.Message("jos\u00e9@b\u00fccher.test") with { ReversePath = "" })
        );
    }

    [Fact]
    public void A_message_that_the_server_cannot_take_is_not_sent()
    {
        SmtpClientDialogue dialogue = new SmtpClientDialogue().Greeted("SIZE 100");
        Assert.Equal("", dialogue.Send(SmtpClientDialogue.Message() with { Size = 101 }));
        Assert.Equal(100, Assert.IsType<SmtpMessageTooLargeException>(dialogue.Result!.Failure).Limit);
        Assert.Equal("", dialogue.Send(SmtpClientDialogue.Message() with { Body = SmtpBody.EightBitMime }));
        Assert.Equal("8BITMIME", Assert.IsType<SmtpExtensionException>(dialogue.Result.Failure).Extension);
        Assert.Equal("", dialogue.Send(SmtpClientDialogue.Message("jos\u00e9@d.test")));
        Assert.Equal("SMTPUTF8", Assert.IsType<SmtpExtensionException>(dialogue.Result.Failure).Extension);
        Assert.Equal(SmtpDelivery.NotSent, dialogue.Result.Recipients[0].Delivery);
        Assert.True(dialogue.Session.IsIdle);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a@b\r\nRCPT TO:<x@y")]
    [InlineData("a@b>\r\nDATA")]
    [InlineData("a@b> SIZE=1")]
    [InlineData("<a@b>")]
    [InlineData(" a@b")]
    [InlineData("a b@c")]
    [InlineData("@x:a@b")]
    [InlineData("a@b\u0085")]
    [InlineData("a\0@b")]
    public void An_address_that_is_no_mailbox_is_refused(string address)
    {
        Assert.Throws<ArgumentException>(() => SmtpClientDialogue.Message(address));
        if (address.Length > 0)
            Assert.Throws<ArgumentException>(() => SmtpClientDialogue.Message() with { ReversePath = address });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_dialogue_is_the_same_however_each_part_of_it_is_cut(int part)
    {
        string[] parts =
        [
            "220-mx\r\n220 ready\r\n" + SmtpClientDialogue.Ehlo("PIPELINING", "SIZE 5000"),
            "250 Ok\r\n550-5.1.1 no\r\n550 5.1.1 such user\r\n250 Ok\r\n354 go\r\n250 2.0.0 stored\r\n",
            "221-good\r\n221 bye\r\n",
        ];
        string result = ByteFeeder.SameHoweverCut<string>(
            Encoding.ASCII.GetBytes(parts[part]),
            cutting =>
            {
                SmtpClientDialogue dialogue = new();
                dialogue.Session.IsContentOut = () => true;
                string commands = Hear(0) + dialogue.Send(SmtpClientDialogue.Message("x@d.test", "c@d.test"));
                commands += Hear(1) + dialogue.Do((session, output) => session.Quit(output)) + Hear(2);
                Assert.Equal([SmtpClientAction.SendContent, SmtpClientAction.Close], dialogue.Actions);
                return commands
                    + string.Join(", ", dialogue.Result!.Recipients.Select(to => $"{to.Delivery} {to.Reply}"));

                string Hear(int at) =>
                    at == part
                        ? string.Concat(cutting.Parts.Select(octets => dialogue.Hear(octets.Span)))
                        : dialogue.Hear(parts[at]);
            }
        );
        Assert.Equal(
            "EHLO me.test\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<x@d.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nQUIT\r\n"
                + "Refused 550 5.1.1 no such user, Accepted 250 2.0.0 stored",
            result
        );
    }

    [Fact]
    public void A_reply_to_nothing_is_a_violation() =>
        Assert.Throws<PeerViolationException>(() => new SmtpClientDialogue().Greeted().Hear("250 Ok\r\n"));

    [Fact]
    public void A_server_may_end_an_idle_session()
    {
        SmtpClientDialogue dialogue = new SmtpClientDialogue().Greeted();
        dialogue.Hear("421 4.4.2 idle\r\n");
        Assert.Equal([SmtpClientAction.Close], dialogue.Actions);
        Assert.Equal(421, Assert.IsType<SmtpException>(dialogue.Session.Failure).Reply!.Code);
    }

    [Fact]
    public void QUIT_ends_the_session_without_a_failure()
    {
        SmtpClientDialogue dialogue = new SmtpClientDialogue().Greeted();
        Assert.Equal("QUIT\r\n", dialogue.Do((session, commands) => session.Quit(commands)));
        dialogue.Hear("221 bye\r\n");
        Assert.Equal([SmtpClientAction.Close], dialogue.Actions);
        Assert.Null(dialogue.Session.Failure);
    }

    private static SmtpClientDialogue AtContent()
    {
        SmtpClientDialogue dialogue = new SmtpClientDialogue().Greeted("PIPELINING");
        dialogue.Send(SmtpClientDialogue.Message());
        dialogue.Hear("250 Ok\r\n250 Ok\r\n354 go\r\n");
        return dialogue;
    }
}
