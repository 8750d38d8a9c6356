using System;
using System.Buffers;
using System.Text;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SmtpReplyReaderSpec
{
    [Theory]
    [InlineData("250 Ok\r\n", 250, null, "Ok")]
    [InlineData("250\r\n", 250, null, "")]
    [InlineData("250 \r\n", 250, null, "")]
    [InlineData("250 2.1.0 Ok\r\n", 250, "2.1.0", "Ok")]
    [InlineData("250 2.1.0\r\n", 250, "2.1.0", "")]
    [InlineData("550-5.1.1 No such\r\n550 5.1.1 user\r\n", 550, "5.1.1", "No such\nuser")]
    [InlineData("250-mx\r\n250-\r\n250-SIZE 5\r\n250 HELP\r\n", 250, null, "mx\n\nSIZE 5\nHELP")]
    [InlineData("550 4.1.1 of another class\r\n", 550, null, "4.1.1 of another class")]
    [InlineData("550 5.1111.1 no code\r\n", 550, null, "5.1111.1 no code")]
    [InlineData("550 5.1 no code\r\n", 550, null, "5.1 no code")]
    [InlineData("354 3.0.0 go\r\n", 354, null, "3.0.0 go")]
    [InlineData("250 a\u0001b\nc\rd\r\n", 250, null, "a\ufffdb\ufffdc\ufffdd")]
    [InlineData("250 \u00e9\r\n", 250, null, "\u00e9")]
    public void A_reply_reads_the_same_however_it_is_cut(string text, int code, string? enhanced, string says)
    {
        SmtpServerReply reply = ByteFeeder.SameHoweverCut<SmtpServerReply>(
            Encoding.UTF8.GetBytes(text + "220 next"),
            cutting =>
            {
                SmtpServerReply? found = null;
                ReadOnlySequence<byte> rest = ByteFeeder.Feed(
                    cutting,
                    data =>
                    {
                        if (!SmtpReplyReader.TryRead(data, out SmtpServerReply read, out long used))
                            return 0;
                        found = read;
                        return used;
                    }
                );
                Assert.Equal("220 next", Encoding.UTF8.GetString(rest));
                return found!;
            }
        );
        Assert.Equal(new SmtpServerReply(code, enhanced, says), reply);
    }

    [Theory]
    [InlineData("hello\r\n")]
    [InlineData("25\r\n")]
    [InlineData("\r\n")]
    [InlineData("150 x\r\n")]
    [InlineData("650 x\r\n")]
    [InlineData("2500 x\r\n")]
    [InlineData("250_x\r\n")]
    [InlineData("250-x\r\n251 y\r\n")]
    [InlineData("250-x\r\ny\r\n")]
    public void A_line_that_is_no_reply_is_a_violation(string text) =>
        Assert.Throws<PeerViolationException>(() =>
            SmtpReplyReader.TryRead(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text)), out _, out _)
        );

    [Fact]
    public void A_reply_without_end_is_a_violation()
    {
        byte[] octets = new byte[SmtpReplyReader.MaxLength];
        Array.Fill(octets, (byte)'2');
        Assert.False(SmtpReplyReader.TryRead(new ReadOnlySequence<byte>(octets, 1, octets.Length - 1), out _, out _));
        Assert.Throws<PeerViolationException>(() =>
            SmtpReplyReader.TryRead(new ReadOnlySequence<byte>(octets), out _, out _)
        );
    }

    [Fact]
    public void The_text_of_a_reply_is_one_line_of_bounded_length()
    {
        Assert.Equal("550 5.1.1 No such user", new SmtpServerReply(550, "5.1.1", "No such\nuser").ToString());
        Assert.Equal("250", new SmtpServerReply(250, null, "").ToString());
        Assert.Equal(4 + 503, new SmtpServerReply(250, null, new string('x', 10_000)).ToString().Length);
    }
}
