using System;
using System.Buffers;
using System.Linq;
using System.Text;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SmtpPipeliningSpec
{
    private const string Session =
        "EHLO client.test\r\nMAIL FROM:<a@b.test> BODY=8BITMIME\r\nRCPT TO:<c@d.test>\r\nRCPT TO:<bad>\r\nDATA\r\n"
        + "one\r\n..\r\n.\r\nBOGUS\r\nNO\nOP\r\nMAIL FROM:<x@y.test>\r\nRSET\r\nVRFY z\r\nQUIT\r\n";

    [Fact]
    public void A_whole_session_is_answered_the_same_however_it_is_cut()
    {
        byte[] octets = SmtpDialogue.Octets(Session);
        string[] codes = ["250", "250", "250", "501", "354", "250", "500", "500", "250", "250", "252", "221"];
        string? first = null;
        foreach (ReadOnlySequence<byte>[] pieces in SmtpCuts.Of(octets))
        {
            var dialogue = new SmtpDialogue();
            string replies = string.Concat(pieces.Select(piece => dialogue.Say(piece.ToArray())));
            first ??= replies;
            Assert.Equal(first, replies);
            Assert.Equal("one\r\n.\r\n", Assert.Single(dialogue.Messages).Text());
            Assert.Equal([SmtpAction.Deliver, SmtpAction.Close], dialogue.Actions);
        }

        Assert.Equal(codes, Codes(first!), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(64)]
    public void Segments_within_one_input_change_nothing(int size)
    {
        string whole = new SmtpDialogue().Say(Session);
        Assert.Equal(whole, new SmtpDialogue { SegmentSize = size }.Say(Session));
    }

    [Fact]
    public void Three_hundred_RCPT_in_one_segment_get_three_hundred_ordered_replies()
    {
        SmtpDialogue dialogue = new SmtpDialogue(new SmtpOptions { ErrorLimit = 1000 }).Greeted();
        var batch = new StringBuilder("MAIL FROM:<a@b.test>\r\n");
        for (int i = 0; i < 300; i++)
            batch.Append(i % 7 == 3 ? "RCPT TO:<bad>\r\n" : $"RCPT TO:<user{i}@d.test>\r\n");
        batch.Append("DATA\r\n");

        string[] codes = Codes(dialogue.Say(batch.ToString()));
        Assert.Equal(302, codes.Length);
        Assert.Equal("250", codes[0]);
        Assert.Equal("354", codes[301]);
        for (int i = 0; i < 300; i++)
            Assert.Equal(i % 7 == 3 ? "501" : "250", codes[i + 1]);

        dialogue.Say("x\r\n.\r\n");
        string[] expected = [.. Enumerable.Range(0, 300).Where(i => i % 7 != 3).Select(i => $"user{i}@d.test")];
        Assert.Equal(expected, Assert.Single(dialogue.Messages).Recipients, StringComparer.Ordinal);
    }

    [Fact]
    public void Input_behind_a_message_waits_until_its_storage_is_answered()
    {
        SmtpDialogue dialogue = new SmtpDialogue(storesAtOnce: false).InData();
        const string behind = "NOOP\r\nMAIL FROM:<x@y.test>\r\nQUIT\r\n";
        Assert.Equal("", dialogue.Say("one\r\n.\r\n" + behind));
        Assert.Equal(behind.Length, dialogue.Kept);
        Assert.True(dialogue.Session.IsDelivering);
        Assert.Equal("", dialogue.Say("NOOP\r\n"));
        Assert.Equal([SmtpAction.Deliver], dialogue.Actions);

        string replies = dialogue.Do((s, r) => Assert.True(s.Complete(new SmtpStored(s.Pending!.Id), r)));
        Assert.Equal(["250", "250", "250", "221"], Codes(replies), StringComparer.Ordinal);
        Assert.Equal(0, dialogue.Kept);
    }

    [Fact]
    public void Commands_that_keep_nothing_allocate_nothing()
    {
        byte[] batch = SmtpDialogue.Octets(
            string.Concat(Enumerable.Repeat("NOOP\r\nRSET\r\nVRFY x\r\nRCPT TO:<c@d>\r\nMAIL FROM:<> SIZE=99\r\n", 100))
        );
        var session = new SmtpSession(
            new SmtpOptions { ErrorLimit = int.MaxValue, MaxMessageSize = 10 },
            new SmtpRoom(long.MaxValue),
            null,
            canStartTls: false
        );
        var replies = new ArrayBufferWriter<byte>(1 << 18);
        var input = new ReadOnlySequence<byte>(batch);
        session.Receive(new ReadOnlySequence<byte>("EHLO x\r\n"u8.ToArray()), replies);
        session.Receive(input, replies);
        replies.ResetWrittenCount();

        long before = GC.GetAllocatedBytesForCurrentThread();
        SmtpStep step = session.Receive(input, replies);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(new SmtpStep(batch.Length, SmtpAction.None), step);
        Assert.Equal(500, Codes(Encoding.ASCII.GetString(replies.WrittenSpan)).Length);
        Assert.Equal(0, allocated);
    }

    /// <summary>The code of each reply; the lines of a multi-line reply count once.</summary>
    private static string[] Codes(string replies) =>
        [
            .. replies
                .Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
                .Where(line => line[3] == ' ')
                .Select(line => line[..3]),
        ];
}
