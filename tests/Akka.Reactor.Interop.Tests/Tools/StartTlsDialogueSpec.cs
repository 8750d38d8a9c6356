using System;
using System.Buffers;
using System.Text;
using ReactorHost.Tools;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Tools;

public sealed class StartTlsDialogueSpec
{
    [Theory]
    [InlineData("smtp", "220-mx\r\n220 mx\r\n250-mx\r\n250 STARTTLS\r\n220 go\r\n", "EHLO localhost\r\nSTARTTLS\r\n")]
    [InlineData("imap", "* OK ready\r\n* BYE not yet\r\na1 OK go\r\n", "a1 STARTTLS\r\n")]
    [InlineData("postgres", "S", "\0\0\0\b\u0004\u00d2\u0016/")]
    public void It_ends_right_before_TLS_however_it_is_cut(string name, string text, string sent)
    {
        // What follows must be left to TLS, or to the refusal of what was sent ahead.
        byte[] octets = Encoding.Latin1.GetBytes(text + "behind");
        for (int cut = 0; cut <= octets.Length; cut++)
        {
            Assert.Equal($"{sent} behind", Play(name, octets[..cut], octets[cut..]));
        }

        Assert.Equal($"{sent} behind", Play(name, Array.ConvertAll(octets, octet => (byte[])[octet])));
    }

    [Theory]
    [InlineData("smtp", "554 no\r\n", "554 no")]
    [InlineData("smtp", "220 mx\r\n250 mx\r\n454 4.7.0 no TLS\r\n", "454 4.7.0 no TLS")]
    [InlineData("smtp", "hello\u001b[1m\r\n", "hello?[1m")]
    [InlineData("imap", "* BYE\r\n", "* BYE")]
    [InlineData("imap", "* OK ready\r\na1 NO not here\r\n", "a1 NO not here")]
    [InlineData("postgres", "N", "N")]
    [InlineData("postgres", "E", "E")]
    public void A_server_that_refuses_is_quoted(string name, string text, string quoted) =>
        Assert.Equal(
            $"The server does not start TLS: {quoted}",
            Assert.Throws<StartTlsException>(() => Play(name, Encoding.Latin1.GetBytes(text))).Message
        );

    [Fact]
    public void A_line_without_end_is_refused() =>
        Assert.Throws<StartTlsException>(() => Play("smtp", new byte[StartTlsDialogue.MaxLine]));

    // Returns what was sent, and what was not consumed.
    private static string Play(string name, params byte[][] pieces)
    {
        StartTlsDialogue dialogue = StartTlsDialogue.Of(name);
        StringBuilder sent = new(Encoding.Latin1.GetString(dialogue.First.Span));
        byte[] rest = [];
        foreach (byte[] piece in pieces)
        {
            rest = [.. rest, .. piece];
            long used = 1;
            while (!dialogue.IsReady && rest.Length > 0 && used > 0)
            {
                used = dialogue.Take(new ReadOnlySequence<byte>(rest), out ReadOnlyMemory<byte> answer);
                sent.Append(Encoding.Latin1.GetString(answer.Span));
                rest = rest[(int)used..];
            }
        }

        return $"{sent} {Encoding.Latin1.GetString(rest)}";
    }
}
