using System;
using System.Buffers;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using Xunit;

namespace Akka.Reactor.Protocols.Tests;

public sealed class SmtpDataDecoderSpec
{
    [Theory]
    [InlineData(".\r\n", "")]
    [InlineData("\r\n.\r\n", "\r\n")]
    [InlineData("a\r\n.\r\n", "a\r\n")]
    [InlineData("..\r\n.\r\n", ".\r\n")]
    [InlineData("...\r\n.\r\n", "..\r\n")]
    [InlineData(".a\r\n.\r\n", "a\r\n")]
    [InlineData("a.\r\n.\r\n", "a.\r\n")]
    [InlineData("a\r\n..\r\nb\r\n.\r\n", "a\r\n.\r\nb\r\n")]
    [InlineData("\r\n\r\n\r\n.\r\n", "\r\n\r\n\r\n")]
    [InlineData("\u00ff\u0080\0\r\n.\r\n", "\u00ff\u0080\0\r\n")]
    [InlineData("x\r\n\0.\r\n.\r\n", "x\r\n\0.\r\n")]
    [InlineData("x\r\n.\0\r\n.\r\n", "x\r\n\0\r\n")]
    [InlineData("x\r\n .\r\n.\r\n", "x\r\n .\r\n")]
    [InlineData("x\r\n. \r\n.\r\n", "x\r\n \r\n")]
    public void Content_is_the_same_however_it_is_cut(string data, string content)
    {
        const string behind = "NOOP\r\n";
        byte[] octets = Encoding.Latin1.GetBytes(data + behind);
        foreach (ReadOnlySequence<byte>[] pieces in SmtpCuts.Of(octets))
        {
            var decoder = new SmtpDataDecoder(1000, 1000, strict: true, new SmtpRoom(long.MaxValue));
            Assert.Equal(data.Length, Feed(decoder, pieces));
            Assert.Equal(SmtpDataFault.None, decoder.Fault);
            Assert.Equal(content, Encoding.Latin1.GetString(decoder.Take().ToArray()));
        }
    }

    [Fact]
    public void Only_the_last_of_its_octets_ends_the_data()
    {
        byte[] octets = "line\r\n..\r\n.\r\n"u8.ToArray();
        var decoder = new SmtpDataDecoder(1000, 1000, strict: true, new SmtpRoom(long.MaxValue));
        for (int i = 0; i < octets.Length; i++)
        {
            bool ended = decoder.Read(new ReadOnlySequence<byte>(octets, i, 1), out long consumed);
            Assert.Equal(1, consumed);
            Assert.Equal(i == octets.Length - 1, ended);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Random_bodies_survive_dot_stuffing_and_random_cuts(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 200; round++)
        {
            byte[] body = RandomBody(random, lines: random.Next(0, 60));
            byte[] wire = [.. Stuff(body), .. ".\r\n"u8, .. "QUIT\r\n"u8];
            var decoder = new SmtpDataDecoder(1 << 20, 1000, strict: true, new SmtpRoom(long.MaxValue));
            long consumed = 0;
            bool ended = false;
            while (!ended)
            {
                int count = Math.Min(random.Next(1, 100), wire.Length - (int)consumed);
                ended = decoder.Read(Segments.Of(wire.AsSpan((int)consumed, count), random.Next(1, 40)), out long used);
                consumed += used;
            }

            Assert.Equal(wire.Length - 6, consumed);
            Assert.Equal(SmtpDataFault.None, decoder.Fault);
            Assert.Equal(body, decoder.Take().ToArray());
        }
    }

    [Theory]
    [InlineData(10, 10, SmtpDataFault.None)]
    [InlineData(10, 9, SmtpDataFault.TooBig)]
    [InlineData(10, 1, SmtpDataFault.TooBig)]
    public void The_size_counts_CRLF_but_neither_doubled_dots_nor_the_end(int size, long limit, object fault)
    {
        // ".23456" CRLF and CRLF: ten octets of content.
        byte[] wire = "..23456\r\n\r\n.\r\n"u8.ToArray();
        foreach (ReadOnlySequence<byte>[] pieces in SmtpCuts.Of(wire))
        {
            var decoder = new SmtpDataDecoder(limit, 1000, strict: true, new SmtpRoom(long.MaxValue));
            Assert.Equal(wire.Length, Feed(decoder, pieces));
            Assert.Equal(fault, decoder.Fault);
            bool fits = decoder.Fault == SmtpDataFault.None;
            Assert.Equal(fits ? size : 0, decoder.Take().Length);
        }
    }

    [Theory]
    [InlineData(998, SmtpDataFault.None)]
    [InlineData(999, SmtpDataFault.LineTooLong)]
    [InlineData(5000, SmtpDataFault.LineTooLong)]
    public void A_text_line_has_at_most_1000_octets_with_its_CRLF(int length, object fault)
    {
        string line = new('x', length);
        foreach (string data in new[] { $"{line}\r\n.\r\n", $"a\r\n..{line[1..]}\r\nb\r\n.\r\n" })
        {
            byte[] wire = Encoding.Latin1.GetBytes(data);
            foreach (int size in new[] { 1, 7, 999, 1000, 1001, wire.Length })
            {
                var decoder = new SmtpDataDecoder(1 << 20, 1000, strict: true, new SmtpRoom(long.MaxValue));
                Assert.True(decoder.Read(Segments.Of(wire, size), out long consumed));
                Assert.Equal(wire.Length, consumed);
                Assert.Equal(fault, decoder.Fault);
            }
        }
    }

    [Fact]
    public void The_limit_of_text_lines_can_be_lifted()
    {
        byte[] wire = [.. new byte[1 << 20], .. "\r\n.\r\n"u8];
        var decoder = new SmtpDataDecoder(1 << 21, int.MaxValue, strict: true, new SmtpRoom(long.MaxValue));
        Assert.True(decoder.Read(new ReadOnlySequence<byte>(wire), out _));
        Assert.Equal(SmtpDataFault.None, decoder.Fault);
        Assert.Equal((1 << 20) + 2, decoder.Take().Length);
    }

    [Fact]
    public void The_fault_reported_does_not_hang_on_where_it_is()
    {
        string longLine = new('x', 1200);
        foreach (string data in new[] { $"{longLine}\r\na\nb\r\n.\r\n", $"a\nb\r\n{longLine}\r\n.\r\n" })
        {
            byte[] wire = Encoding.Latin1.GetBytes(data);
            foreach (int size in new[] { 1, 100, wire.Length })
            {
                var decoder = new SmtpDataDecoder(50, 1000, strict: true, new SmtpRoom(long.MaxValue));
                Assert.True(decoder.Read(Segments.Of(wire, size), out _));
                Assert.Equal(SmtpDataFault.BareLineEnd, decoder.Fault);
            }
        }
    }

    [Fact]
    public void A_decoder_is_as_new_after_a_message()
    {
        var decoder = new SmtpDataDecoder(100, 10, strict: true, new SmtpRoom(long.MaxValue));
        Assert.True(decoder.Read(new ReadOnlySequence<byte>("bare\nlf and long\r\n.\r\n"u8.ToArray()), out _));
        Assert.Equal(SmtpDataFault.BareLineEnd, decoder.Fault);
        decoder.Take();
        Assert.True(decoder.Read(new ReadOnlySequence<byte>("12345678\r\n.\r\n"u8.ToArray()), out _));
        Assert.Equal(SmtpDataFault.None, decoder.Fault);
        Assert.Equal(10, decoder.Take().Length);
    }

    [Fact]
    public void What_is_over_the_limit_is_not_held()
    {
        var decoder = new SmtpDataDecoder(1 << 20, int.MaxValue, strict: true, new SmtpRoom(long.MaxValue));
        byte[] block = new byte[1 << 16];
        long most = 0;
        for (int i = 0; i < 256; i++)
        {
            Assert.False(decoder.Read(new ReadOnlySequence<byte>(block), out _));
            most = Math.Max(most, decoder.Held);
        }

        Assert.Equal(1 << 20, most);
        Assert.Equal(0, decoder.Held);
        Assert.Equal(SmtpDataFault.TooBig, decoder.Fault);
    }

    [Fact]
    public void Content_keeps_no_memory_of_the_input()
    {
        byte[] wire = "hello\r\n.\r\n"u8.ToArray();
        var decoder = new SmtpDataDecoder(100, 100, strict: true, new SmtpRoom(long.MaxValue));
        Assert.True(decoder.Read(new ReadOnlySequence<byte>(wire), out _));
        SmtpContent content = decoder.Take();
        Array.Clear(wire);
        Assert.Equal("hello\r\n"u8.ToArray(), content.ToArray());
    }

    [Fact]
    public void Ten_MiB_are_decoded_well_within_a_second_and_in_little_more_than_their_memory()
    {
        byte[] body = Enumerable
            .Repeat(
                ". a line of seventy-two octets, as mail has them by the million. .....\r\n"u8.ToArray(),
                10 * 1024 * 1024 / 72
            )
            .SelectMany(l => l)
            .ToArray();
        byte[] wire = [.. Stuff(body), .. ".\r\n"u8];
        ReadOnlySequence<byte> input = Segments.Of(wire, 16 * 1024);
        var decoder = new SmtpDataDecoder(32 << 20, 1000, strict: true, new SmtpRoom(long.MaxValue));
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        Assert.True(decoder.Read(input, out _));
        TimeSpan took = Stopwatch.GetElapsedTime(start);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(took < TimeSpan.FromSeconds(1), $"took {took}");
        Assert.InRange(allocated, body.Length, body.Length * 1.05);
        Assert.Equal(body, decoder.Take().ToArray());
    }

    private static long Feed(SmtpDataDecoder decoder, ReadOnlySequence<byte>[] pieces)
    {
        long consumed = 0;
        foreach (ReadOnlySequence<byte> piece in pieces)
        {
            bool ended = decoder.Read(piece, out long used);
            consumed += used;
            if (ended)
                return consumed;
            Assert.Equal(piece.Length, used);
        }

        Assert.Fail("no end of data");
        return 0;
    }

    /// <summary>Lines rich in dots, and in all octets but CR and LF.</summary>
    private static byte[] RandomBody(Random random, int lines)
    {
        using var body = new MemoryStream();
        for (int i = 0; i < lines; i++)
        {
            int length = random.Next(4) == 0 ? random.Next(0, 3) : random.Next(0, 200);
            for (int j = 0; j < length; j++)
            {
                byte octet = random.Next(3) == 0 ? (byte)'.' : (byte)random.Next(256);
                body.WriteByte(octet is (byte)'\r' or (byte)'\n' ? (byte)'.' : octet);
            }

            body.Write("\r\n"u8);
        }

        return body.ToArray();
    }

    /// <summary>Doubles the dot at the start of each line, as a sender does.</summary>
    private static byte[] Stuff(byte[] body)
    {
        using var wire = new MemoryStream();
        for (int i = 0; i < body.Length; i++)
        {
            if (body[i] == '.' && (i == 0 || body[i - 1] == '\n'))
                wire.WriteByte((byte)'.');
            wire.WriteByte(body[i]);
        }

        return wire.ToArray();
    }
}
