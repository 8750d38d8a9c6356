using System;
using System.Collections.Generic;
using System.Linq;
using Akka.Reactor.Layers.Tls;
using Xunit;

namespace Akka.Reactor.Tests.Layers.Tls;

/// <summary>The end of a ClientHello is found wherever the bytes are cut, and before it nothing is ready.</summary>
public sealed class ClientHelloReaderSpec
{
    private const int Limit = 16 * 1024;

    public static TheoryData<int> RecordSizes => [1, 3, 4, 5, 100, 16_000];

    [Theory]
    [MemberData(nameof(RecordSizes))]
    public void It_is_ready_with_the_last_byte_and_not_before(int recordSize)
    {
        byte[] hello = Records(Message(300), recordSize);
        for (int cut = 1; cut < hello.Length; cut++)
        {
            ClientHelloReader reader = new(Limit);
            Assert.Null(reader.Take(hello.AsSpan(0, cut)));
            Assert.False(reader.IsReady, $"after {cut} bytes");
            Assert.Null(reader.Take(hello.AsSpan(cut)));
            Assert.True(reader.IsReady);
        }
    }

    [Theory]
    [MemberData(nameof(RecordSizes))]
    public void It_may_come_byte_by_byte(int recordSize)
    {
        byte[] hello = Records(Message(300), recordSize);
        ClientHelloReader reader = new(Limit);
        foreach (byte value in hello)
        {
            Assert.False(reader.IsReady);
            Assert.Null(reader.Take([value]));
        }

        Assert.True(reader.IsReady);
    }

    [Fact]
    public void What_comes_after_it_does_not_matter()
    {
        ClientHelloReader reader = new(Limit);
        Assert.Null(reader.Take([.. Records(Message(300), 16_000), .. new byte[100_000]]));
        Assert.True(reader.IsReady);
    }

    [Theory]
    [InlineData(new byte[] { (byte)'G' })]
    [InlineData(new byte[] { 22, 9 })]
    [InlineData(new byte[] { 21, 3, 1, 0, 2, 2, 40 })]
    [InlineData(new byte[] { 22, 3, 1, 0, 5, 2 })]
    [InlineData(new byte[] { 22, 3, 1, 0, 0 })]
    public void What_is_no_ClientHello_is_for_the_engine_to_judge(byte[] bytes)
    {
        ClientHelloReader reader = new(Limit);
        Assert.Null(reader.Take(bytes));
        Assert.True(reader.IsReady);
    }

    [Fact]
    public void A_length_of_16_MiB_is_refused_when_it_is_announced()
    {
        ClientHelloReader reader = new(Limit);
        byte[] claim = [22, 3, 1, 0x3F, 0, 1, 0xFF, 0xFF, 0xFF];
        Assert.Null(reader.Take(claim.AsSpan(0, 7)));
        TlsHandshakeException failure = Assert.IsType<TlsHandshakeException>(reader.Take(claim.AsSpan(7)));
        Assert.Contains($"more than the {Limit} allowed", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_and_many_small_ones_have_the_same_limit()
    {
        // In records of one byte, the headers count.
        ClientHelloReader reader = new(limit: 60);
        TlsHandshakeException? failure = null;
        byte[] hello = Records(Message(30), 1);
        int taken = 0;
        while (failure is null)
        {
            failure = reader.Take([hello[taken++]]);
        }

        Assert.InRange(taken, 30, 60);
        ClientHelloReader whole = new(limit: 39);
        Assert.Null(whole.Take(Records(Message(30), 1000)));
        Assert.True(whole.IsReady);
        ClientHelloReader less = new(limit: 38);
        Assert.NotNull(less.Take(Records(Message(30), 1000)));
    }

    // Of this length without its own header.
    private static byte[] Message(int length) => [1, 0, (byte)(length >> 8), (byte)length, .. new byte[length]];

    private static byte[] Records(byte[] message, int size)
    {
        List<byte> records = [];
        foreach (byte[] part in message.Chunk(size))
        {
            records.AddRange([22, 3, 1, (byte)(part.Length >> 8), (byte)part.Length]);
            records.AddRange(part);
        }

        return [.. records];
    }
}
