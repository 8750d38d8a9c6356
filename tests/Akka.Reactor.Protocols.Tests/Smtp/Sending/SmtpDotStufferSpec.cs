using System;
using System.Buffers;
using System.Linq;
using System.Text;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SmtpDotStufferSpec
{
    [Theory]
    [InlineData("", ".\r\n")]
    [InlineData("a", "a\r\n.\r\n")]
    [InlineData("a\r\n", "a\r\n.\r\n")]
    [InlineData(".", "..\r\n.\r\n")]
    [InlineData(".\r\n..\r\na.b\r\n", "..\r\n...\r\na.b\r\n.\r\n")]
    [InlineData("a\n.\nb", "a\r\n..\r\nb\r\n.\r\n")]
    [InlineData("a\r.\rb\r", "a\r\n..\r\nb\r\n.\r\n")]
    [InlineData("a\r\r\n\n.", "a\r\n\r\n\r\n..\r\n.\r\n")]
    [InlineData("a\n\r.\r", "a\r\n\r\n..\r\n.\r\n")]
    [InlineData("\r\n.\r\nMAIL FROM:<x@y>\r\n", "\r\n..\r\nMAIL FROM:<x@y>\r\n.\r\n")]
    public void Content_becomes_the_same_data_however_it_is_cut(string content, string data) =>
        Assert.Equal(
            data,
            ByteFeeder.SameHoweverCut<string>(
                Encoding.ASCII.GetBytes(content),
                cutting =>
                {
                    SmtpDotStuffer stuffer = new();
                    ArrayBufferWriter<byte> output = new();
                    foreach (ReadOnlyMemory<byte> part in cutting.Parts)
                        stuffer.Write(part.Span, output);
                    stuffer.Finish(output);
                    return Encoding.ASCII.GetString(output.WrittenSpan);
                }
            )
        );

    [Fact]
    public void What_the_receiver_stores_is_the_content_for_every_short_text_of_dots_and_line_ends()
    {
        const string Octets = "\r\n.x";
        for (int length = 0; length <= 6; length++)
        {
            for (int number = 0; number < Math.Pow(Octets.Length, length); number++)
            {
                string text = new([.. Enumerable.Range(0, length).Select(at => Octets[(number >> (2 * at)) & 3])]);
                SmtpDotStuffer stuffer = new();
                ArrayBufferWriter<byte> output = new();
                stuffer.Write(Encoding.ASCII.GetBytes(text), output);
                stuffer.Finish(output);

                SmtpDialogue receiver = new SmtpDialogue(new SmtpOptions { Strict = true }).InData();
                Assert.Equal("250 2.0.0 Ok: stored\r\n", receiver.Say(output.WrittenSpan));
                string lines = text.ReplaceLineEndings("\r\n");
                string expected =
                    lines.Length == 0 || lines.EndsWith("\r\n", StringComparison.Ordinal) ? lines : lines + "\r\n";
                Assert.Equal(expected, Assert.Single(receiver.Messages).Text());
            }
        }
    }
}
