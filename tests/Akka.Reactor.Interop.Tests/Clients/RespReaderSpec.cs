using System;
using System.Buffers;
using System.Text;
using ReconnectingClient;
using ReconnectingClient.Resp;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Clients;

/// <summary>What the sample's Redis client understands, however it is cut.</summary>
[Trait("Engines", "all")] // Which engine runs plays no part here.
public sealed class RespReaderSpec
{
    private const long Limit = 1_000_000;

    [Theory]
    [InlineData("+OK\r\n", "Text", "OK")]
    [InlineData("-ERR no\r\n", "Error", "ERR no")]
    [InlineData(":-12\r\n", "Number", "-12")]
    [InlineData("#t\r\n", "Number", "1")]
    [InlineData("#f\r\n", "Number", "0")]
    [InlineData("_\r\n", "Null", "nil")]
    [InlineData(",1.5\r\n", "Text", "1.5")]
    [InlineData(
        "(3492890328409238509324850943850943825024385\r\n",
        "Text",
        "3492890328409238509324850943850943825024385"
    )]
    [InlineData("$-1\r\n", "Null", "nil")]
    [InlineData("$0\r\n\r\n", "Text", "")]
    [InlineData("$7\r\na\r\nb\r\nc\r\n", "Text", "a\r\nb\r\nc")]
    [InlineData("!5\r\nERR x\r\n", "Error", "ERR x")]
    [InlineData("=7\r\ntxt:abc\r\n", "Text", "abc")]
    [InlineData("*-1\r\n", "Null", "nil")]
    [InlineData("*2\r\n:1\r\n*1\r\n$1\r\nx\r\n", "List", "[1, [x]]")]
    [InlineData("%1\r\n+key\r\n+value\r\n", "List", "[key, value]")]
    [InlineData("~1\r\n:5\r\n", "List", "[5]")]
    [InlineData(">3\r\n+message\r\n+news\r\n$2\r\nhi\r\n", "Push", "[message, news, hi]")]
    public void A_value_is_read_once_it_is_there_whole(string text, string kind, string shown)
    {
        // What follows is not touched.
        byte[] bytes = Encoding.UTF8.GetBytes(text + "+next");
        int length = bytes.Length - "+next".Length;
        for (int cut = 0; cut < length; cut++)
        {
            RespReader reader = new(Limit);
            ReadOnlySequence<byte> there = new(bytes, 0, cut);
            Assert.False(reader.TryRead(ref there, out _));
            ReadOnlySequence<byte> rest = new(bytes.AsMemory(cut - (int)there.Length));
            Assert.True(reader.TryRead(ref rest, out RespValue? value));
            Assert.Equal((kind, shown), (value.Kind.ToString(), value.ToString()));
            Assert.Equal("+next", Encoding.UTF8.GetString(rest));
            Assert.False(reader.TryRead(ref rest, out _));
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", "unknown type: 0x48")]
    [InlineData("\r\n", "an empty line")]
    [InlineData(":one\r\n", "sent 'one' instead of a number")]
    [InlineData(":1.5\r\n", "sent '1.5' instead of a number")]
    [InlineData(":\r\n", "sent '' instead of a number")]
    [InlineData(":99999999999999999999\r\n", "instead of a number")]
    [InlineData("#x\r\n", "sent 'x' instead of true or false")]
    [InlineData("$-2\r\n", "sent '-2' instead of a length")]
    [InlineData("$\r\n", "sent '' instead of a length")]
    [InlineData("$+3\r\n", "sent '+3' instead of a length")]
    [InlineData("$1\u001b[2J\r\n", "sent '1?[2J' instead of a length")]
    [InlineData("$99999999999999999999\r\n", "instead of a length")]
    [InlineData("*-7\r\n", "sent '-7' instead of a length")]
    [InlineData("%-1\r\n", "sent '-1' instead of a length")]
    [InlineData("$1\r\nab\r\n", "lacks its CRLF")]
    public void What_is_no_value_is_a_violation(string text, string problem)
    {
        PeerViolationException violation = Assert.Throws<PeerViolationException>(() => Read(text));
        Assert.Contains(problem, violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_within_values_have_an_end() =>
        Assert.Throws<PeerViolationException>(() => Read(Repeated("*1\r\n", 100)));

    [Fact]
    public void A_line_has_an_end() => Assert.Throws<PeerViolationException>(() => Read($"+{new string('x', 20_000)}"));

    [Theory]
    [InlineData("$1000000\r\n")]
    [InlineData("*20000\r\n")]
    [InlineData("%10000\r\n")]
    [InlineData("%999999999999999\r\n")]
    public void What_is_announced_as_too_large_is_refused_before_it_comes(string text) =>
        Assert.Throws<ReplyTooLargeException>(() => Read(text));

    [Fact]
    public void What_becomes_too_large_is_refused()
    {
        // Each is small: 100 times 10,000 bytes.
        Assert.Throws<ReplyTooLargeException>(() =>
            Read("*100\r\n" + Repeated($"$10000\r\n{new string('x', 10_000)}\r\n", 100))
        );
        Assert.Throws<ReplyTooLargeException>(() => Read(Repeated("*10000\r\n:1\r\n", 3)));

        // Those before it do not count.
        RespReader reader = new(Limit);
        for (int i = 0; i < 10; i++)
        {
            ReadOnlySequence<byte> data = new(Encoding.UTF8.GetBytes($"$900000\r\n{new string('x', 900_000)}\r\n"));
            Assert.True(reader.TryRead(ref data, out _));
        }
    }

    [Fact]
    public void What_comes_in_many_pieces_is_looked_at_once()
    {
        // Read again from the front with every piece, this would be 10^11 bytes.
        byte[] bytes = Encoding.UTF8.GetBytes("*400000\r\n" + Repeated(":1\r\n", 400_000));
        RespReader reader = new(100 * Limit);
        int from = 0;
        for (int to = 1; to <= bytes.Length; to++)
        {
            ReadOnlySequence<byte> there = new(bytes, from, to - from);
            if (reader.TryRead(ref there, out RespValue? value))
            {
                Assert.Equal(400_000, value.Items.Count);
                Assert.Equal(bytes.Length, to);
                return;
            }

            from = to - (int)there.Length;
        }

        Assert.Fail("It was never whole.");
    }

    private static void Read(string text)
    {
        RespReader reader = new(Limit);
        ReadOnlySequence<byte> data = new(Encoding.UTF8.GetBytes(text));
        while (reader.TryRead(ref data, out _)) { }
    }

    private static string Repeated(string text, int times) => new StringBuilder().Insert(0, text, times).ToString();
}
