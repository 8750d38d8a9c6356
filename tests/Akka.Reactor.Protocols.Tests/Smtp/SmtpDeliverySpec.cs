using System;
using System.Linq;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SmtpDeliverySpec
{
    private const string Id = "00000000000000000000000000000000";

    [Fact]
    public void Only_a_stored_message_is_answered_250()
    {
        SmtpDialogue dialogue = Delivering();
        SmtpMessage message = Assert.Single(dialogue.Messages);
        Assert.Equal(
            "250 2.0.0 Ok: stored\r\n",
            dialogue.Do((s, r) => Assert.True(s.Complete(new SmtpStored(message.Id), r)))
        );
        Assert.Null(dialogue.Session.Pending);
        Assert.False(dialogue.Session.IsDelivering);
    }

    [Theory]
    [InlineData(false, "451 4.3.0 Not stored, try again later\r\n")]
    [InlineData(true, "554 5.3.0 Message refused\r\n")]
    public void A_message_not_stored_is_refused_and_the_session_goes_on(bool permanent, string reply)
    {
        SmtpDialogue dialogue = Delivering();
        var answer = new SmtpNotStored(dialogue.Messages[0].Id, "disk is full", permanent);
        Assert.Equal(reply, dialogue.Do((s, r) => Assert.True(s.Complete(answer, r))));
        Assert.Equal("503 5.5.1 Send MAIL first\r\n", dialogue.Say("DATA\r\n"));
        Assert.Equal("250 2.1.0 Ok\r\n", dialogue.Say("MAIL FROM:<a@b.test>\r\n"));
    }

    [Fact]
    public void An_answer_that_comes_too_late_does_not_count_for_the_next_message()
    {
        SmtpDialogue dialogue = Delivering();
        string first = dialogue.Messages[0].Id;
        Assert.Equal(
            "451 4.3.0 Not stored, try again later\r\n",
            dialogue.Do((s, r) => Assert.True(s.DeliveryTimedOut(first, r)))
        );
        Assert.Equal("", dialogue.Do((s, r) => Assert.False(s.Complete(new SmtpStored(first), r))));

        dialogue.Say("MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nsecond\r\n.\r\n");
        Assert.Equal("", dialogue.Do((s, r) => Assert.False(s.Complete(new SmtpStored(first), r))));
        Assert.Equal("", dialogue.Do((s, r) => Assert.False(s.Complete(new SmtpNotStored(first, "late"), r))));
        Assert.Equal("", dialogue.Do((s, r) => Assert.False(s.DeliveryTimedOut(first, r))));
        Assert.True(dialogue.Session.IsDelivering);

        string second = dialogue.Messages[1].Id;
        Assert.Equal("250 2.0.0 Ok: stored\r\n", dialogue.Do((s, r) => s.Complete(new SmtpStored(second), r)));
    }

    [Fact]
    public void An_answer_counts_once_and_only_while_it_is_waited_for()
    {
        var dialogue = new SmtpDialogue(storesAtOnce: false);
        Assert.Equal("", dialogue.Do((s, r) => Assert.False(s.Complete(new SmtpStored(Id), r))));
        dialogue.InData().Say("x\r\n.\r\n");
        string id = dialogue.Messages[0].Id;
        dialogue.Do((s, r) => Assert.True(s.Complete(new SmtpStored(id), r)));
        Assert.Equal("", dialogue.Do((s, r) => Assert.False(s.Complete(new SmtpStored(id), r))));
    }

    [Fact]
    public void Shutting_down_says_421_at_once()
    {
        foreach (SmtpDialogue dialogue in new[] { new SmtpDialogue(), new SmtpDialogue().InData() })
        {
            Assert.Equal("421 4.3.2 mx.test: Shutting down\r\n", dialogue.Do((s, r) => s.ShutDown(r)));
            Assert.Equal([SmtpAction.Close], dialogue.Actions);
            Assert.Equal(SmtpEnd.ShuttingDown, dialogue.Session.Ended);
            Assert.Equal("", dialogue.Say("x\r\n.\r\n"));
            Assert.Empty(dialogue.Messages);
        }
    }

    [Fact]
    public void Shutting_down_waits_for_the_message_that_is_being_delivered()
    {
        SmtpDialogue dialogue = Delivering();
        Assert.Equal("", dialogue.Do((s, r) => s.ShutDown(r)));
        Assert.Equal([SmtpAction.Deliver], dialogue.Actions);
        dialogue.Say("NOOP\r\n");
        Assert.Equal(
            "250 2.0.0 Ok: stored\r\n421 4.3.2 mx.test: Shutting down\r\n",
            dialogue.Do((s, r) => s.Complete(new SmtpStored(s.Pending!.Id), r))
        );
        Assert.Equal([SmtpAction.Deliver, SmtpAction.Close], dialogue.Actions);
    }

    [Fact]
    public void A_session_ends_once()
    {
        var dialogue = new SmtpDialogue();
        dialogue.Say("QUIT\r\n");
        Assert.Equal("", dialogue.Do((s, r) => s.ShutDown(r)));
        Assert.Equal(SmtpEnd.Quit, dialogue.Session.Ended);
    }

    [Fact]
    public void A_session_stores_ten_MiB_as_they_came()
    {
        byte[] body = new byte[10 * 1024 * 1024];
        new Random(10).NextBytes(body);
        for (int i = 0; i < body.Length; i++)
        {
            if (body[i] is (byte)'\r' or (byte)'\n')
                body[i] = (byte)'.';
            if (i % 500 == 499)
                (body[i - 1], body[i]) = ((byte)'\r', (byte)'\n');
        }

        body[^2] = (byte)'\r';
        body[^1] = (byte)'\n';
        SmtpDialogue dialogue = new SmtpDialogue().InData();
        for (int at = 0; at < body.Length; at += 500)
        {
            ReadOnlySpan<byte> line = body.AsSpan(at, Math.Min(500, body.Length - at));
            if (line[0] == '.')
                dialogue.Say("."u8);
            Assert.Equal("", dialogue.Say(line));
        }

        Assert.Equal("250 2.0.0 Ok: stored\r\n", dialogue.Say(".\r\n"u8));
        Assert.True(dialogue.Messages.Single().Content.ToArray().SequenceEqual(body));
    }

    private static SmtpDialogue Delivering()
    {
        SmtpDialogue dialogue = new SmtpDialogue(storesAtOnce: false).InData();
        Assert.Equal("", dialogue.Say("first\r\n.\r\n"));
        return dialogue;
    }
}
