using System;
using System.Buffers;
using System.Linq;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

/// <summary>
/// Sequences that some mail system takes for an end of data. Here none is, strict or not: what follows them is never
/// executed.
/// </summary>
public sealed class SmtpSmugglingSpec
{
    private static readonly SmtpOptions Strict = new() { HostName = "mx.test", Strict = true };

    private const string Smuggled = "MAIL FROM:<evil@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nsmuggled\r\n";

    public static TheoryData<string> BareLineEnds =>
        [
            "\n.\n",
            "\r\n.\n",
            "\n.\r\n",
            "\r.\r",
            "\r\n.\r",
            "\r.\r\n",
            "\r.\n",
            "\n.\r",
            "\r\n\n.\n",
            "\r\n\n.\r\n",
            "\r\n\r.\r\n",
            "\r\r\n.\n",
            "\n\n.\n\n",
            "\r\n.\r.\r\n",
            "\r\n.\r\0\n",
            "\r\n.\n\r\n",
            "\r\n.\r\rx\n",
            "\r\n..\n",
            "\n..\r\n",
            "\r",
            "\n",
            "\n\r",
            "\r\n\0\n.\r\n",
        ];

    public static TheoryData<string> Harmless =>
        [
            "\r\n\0.\r\n",
            "\r\n.\0\r\n",
            "\0\r\n..\r\n",
            "\r\n .\r\n",
            "\r\n. \r\n",
            "\r\n..\r\n",
            "\r\n.\t\r\n",
            "\r\n\u0085.\u0085\r\n",
            "\r\n.\u0085\r\n",
        ];

    [Theory]
    [MemberData(nameof(BareLineEnds))]
    public void A_message_with_a_bare_CR_or_LF_is_read_to_its_real_end_and_refused(string sequence)
    {
        byte[] data = SmtpDialogue.Octets($"body{sequence}{Smuggled}\r\n.\r\nNOOP\r\n");
        foreach (ReadOnlySequence<byte>[] pieces in SmtpCuts.Of(data))
        {
            SmtpDialogue dialogue = new SmtpDialogue(Strict).InData();
            string replies = string.Concat(pieces.Select(piece => dialogue.Say(piece.ToArray())));
            Assert.Equal("554 5.6.0 Bare CR or LF in the message\r\n250 2.0.0 Ok\r\n", replies);
            Assert.Empty(dialogue.Messages);
        }
    }

    [Theory]
    [MemberData(nameof(BareLineEnds))]
    public void The_same_at_the_very_start_of_the_data(string sequence)
    {
        SmtpDialogue dialogue = new SmtpDialogue(Strict).InData();
        Assert.Equal(
            "554 5.6.0 Bare CR or LF in the message\r\n250 2.0.0 Ok\r\n",
            dialogue.Say($"{sequence}{Smuggled}\r\n.\r\nNOOP\r\n")
        );
        Assert.Empty(dialogue.Messages);
    }

    [Theory]
    [MemberData(nameof(BareLineEnds))]
    public void Where_it_is_not_refused_it_is_content_and_so_is_what_follows_it(string sequence)
    {
        foreach (string before in new[] { "body", "" })
        {
            byte[] data = SmtpDialogue.Octets($"{before}{sequence}{Smuggled}\r\n.\r\nNOOP\r\n");
            foreach (ReadOnlySequence<byte>[] pieces in SmtpCuts.Of(data))
            {
                SmtpDialogue dialogue = new SmtpDialogue().InData();
                string replies = string.Concat(pieces.Select(piece => dialogue.Say(piece.ToArray())));
                Assert.Equal("250 2.0.0 Ok: stored\r\n250 2.0.0 Ok\r\n", replies);
                Assert.EndsWith($"{Smuggled}\r\n", Assert.Single(dialogue.Messages).Text(), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Harmless))]
    public void What_only_looks_like_an_end_is_content(string sequence)
    {
        string content = $"body{sequence}{Smuggled}".Replace("\r\n.", "\r\n", StringComparison.Ordinal);
        byte[] data = SmtpDialogue.Octets($"body{sequence}{Smuggled}.\r\nNOOP\r\n");
        foreach (ReadOnlySequence<byte>[] pieces in SmtpCuts.Of(data))
        {
            SmtpDialogue dialogue = new SmtpDialogue().InData();
            string replies = string.Concat(pieces.Select(piece => dialogue.Say(piece.ToArray())));
            Assert.Equal("250 2.0.0 Ok: stored\r\n250 2.0.0 Ok\r\n", replies);
            Assert.Equal(content, Assert.Single(dialogue.Messages).Text());
        }
    }

    [Fact]
    public void A_connection_lost_within_the_data_leaves_no_message()
    {
        const string data = "one\r\n..two\r\n.\r\n";
        for (int cut = 0; cut < data.Length; cut++)
        {
            SmtpDialogue dialogue = new SmtpDialogue().InData();
            Assert.Equal("", dialogue.Say(data[..cut]));
            Assert.Empty(dialogue.Actions);
        }
    }
}
