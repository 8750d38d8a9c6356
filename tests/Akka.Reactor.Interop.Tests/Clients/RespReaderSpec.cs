using System;
using System.Buffers;
using System.Text;
using ReconnectingClient.Resp;
using Xunit;

namespace Akka.Reactor.Interop.Tests.Clients;

/// <summary>What the sample's Redis client understands, however it is cut.</summary>
public sealed class RespReaderSpec
{
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
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int there = 0; there < bytes.Length; there++)
        {
            Assert.Equal(0, RespReader.TryRead(new ReadOnlySequence<byte>(bytes, 0, there), out _));
        }

        // What follows is not touched.
        byte[] more = [.. bytes, .. "+next"u8];
        Assert.Equal(bytes.Length, RespReader.TryRead(new ReadOnlySequence<byte>(more), out RespValue? value));
        Assert.Equal((kind, shown), (value!.Kind.ToString(), value.ToString()));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", "unknown type: 0x48")]
    [InlineData("\r\n", "an empty line")]
    [InlineData(":one\r\n", "sent one for a number")]
    [InlineData("$-2\r\n", "a text of -2 bytes")]
    [InlineData("$536870913\r\n", "a text of 536870913 bytes")]
    [InlineData("$1\r\nab\r\n", "does not end there")]
    [InlineData("*1048577\r\n", "1048577 values")]
    public void What_is_no_value_is_a_violation(string text, string problem)
    {
        ProtocolViolationException violation = Assert.Throws<ProtocolViolationException>(() =>
            RespReader.TryRead(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text)), out _)
        );
        Assert.Contains(problem, violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_within_values_have_an_end()
    {
        StringBuilder deep = new();
        for (int level = 0; level < 100; level++)
        {
            deep.Append("*1\r\n");
        }

        Assert.Throws<ProtocolViolationException>(() =>
            RespReader.TryRead(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(deep.ToString())), out _)
        );
    }
}
