using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using Xunit;

namespace Akka.Reactor.Simulated.Tests.Protocols;

/// <summary>Each framing with examples, which give the same frames however the network cuts them.</summary>
public sealed class FramingSpec
{
    private const int Most = 100;
    private const int MaxUnread = 90;

    private static readonly Dictionary<string, Framing> Framings = new(StringComparer.Ordinal)
    {
        ["1 byte"] = Framing.LengthField(1),
        ["2 bytes"] = Framing.LengthField(2),
        ["3 bytes little"] = Framing.LengthField(3, littleEndian: true),
        ["4 bytes"] = Framing.LengthField(4),
        ["8 bytes"] = Framing.LengthField(8),
        ["8 bytes little"] = Framing.LengthField(8, littleEndian: true),
        ["type first"] = Framing.LengthField(2, offset: 1, keepsHeader: true),
        ["type first, dropped"] = Framing.LengthField(2, offset: 1),
        ["whole"] = Framing.LengthField(2, includesHeader: true),
        ["whole, type first"] = Framing.LengthField(2, offset: 1, includesHeader: true, keepsHeader: true),
        ["type between"] = Framing.LengthField(1, adjustment: 1),
        ["counts more"] = Framing.LengthField(1, adjustment: -3),
        ["varint"] = Framing.Varint,
        ["netstring"] = Framing.Netstring,
        ["lf"] = Framing.Terminator("\n"u8),
        ["crlf.crlf"] = Framing.Terminator("\r\n.\r\n"u8),
        ["aab"] = Framing.Terminator("aab"u8),
        ["count"] = Framing.Count(3),
        ["too many"] = Framing.Count(101),
    };

    [Theory]
    [InlineData("1 byte", "\u0003abc\u0000\u0001d\u0005ef", "[abc] [] [d] left 3")]
    [InlineData("2 bytes", "\u0000\u0003abc\u0000\u0000\u0000\u0001d\u0000", "[abc] [] [d] left 1")]
    [InlineData("3 bytes little", "\u0002\u0000\u0000ab\u0001\u0000\u0000c", "[ab] [c] left 0")]
    [InlineData("4 bytes", "\u0000\u0000\u0000\u0002ab\u0000\u0000\u0000\u0001c", "[ab] [c] left 0")]
    [InlineData("8 bytes", "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0002ab", "[ab] left 0")]
    [InlineData("8 bytes little", "\u0002\u0000\u0000\u0000\u0000\u0000\u0000\u0000ab", "[ab] left 0")]
    [InlineData("type first", "t\u0000\u0002abu\u0000\u0000", "[t\u0000\u0002ab] [u\u0000\u0000] left 0")]
    [InlineData("type first, dropped", "t\u0000\u0002abu\u0000\u0000", "[ab] [] left 0")]
    [InlineData("whole", "\u0000\u0005abc\u0000\u0002", "[abc] [] left 0")]
    [InlineData("whole, type first", "t\u0000\u0005ab", "[t\u0000\u0005ab] left 0")]
    [InlineData("type between", "\u0002tab\u0000u", "[tab] [u] left 0")]
    [InlineData("counts more", "\u0005ab\u0003", "[ab] [] left 0")]
    [InlineData("varint", "\u0003abc\u0000\u0001d\u0081\u0000" + "e", "[abc] [] [d] [e] left 0")]
    [InlineData("netstring", "3:abc,0:,10:0123456789,1", "[abc] [] [0123456789] left 1")]
    [InlineData("lf", "abc\n\nde\nf", "[abc] [] [de] left 1")]
    [InlineData("crlf.crlf", "a\r\nb\r\n.\r\n\r\n.\r\r\n.\r\nc\r\n.\r", "[a\r\nb] [\r\n.\r] left 5")]
    [InlineData("aab", "aaab" + "xaab" + "aab" + "aa", "[a] [x] [] left 2")]
    [InlineData("count", "abcdefgh", "[abc] [def] left 2")]
    public void Frames_are_found_however_the_input_is_cut(string framing, string input, string found) =>
        Assert.Equal(found, Decode(framing, input));

    [Theory]
    [InlineData("1 byte", "\u0001" + "a\u0065", "[a] FrameTooLong")]
    [InlineData("8 bytes", "\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF", "FrameTooLong")]
    [InlineData("8 bytes", "\u007F\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF\u00FF", "FrameTooLong")]
    [InlineData("8 bytes", "\u0000\u0000\u0000\u0001\u0000\u0000\u0000\u0000", "FrameTooLong")]
    [InlineData("8 bytes little", "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0080", "FrameTooLong")]
    [InlineData("whole", "\u0000\u0001", "MalformedFrame")]
    [InlineData("whole, type first", "t\u0000\u0002", "MalformedFrame")]
    [InlineData("counts more", "\u0002", "MalformedFrame")]
    [InlineData("type between", "\u0064", "FrameTooLong")]
    [InlineData("varint", "\u0065", "FrameTooLong")]
    [InlineData("varint", "\u00FF", "FrameTooLong")]
    [InlineData("varint", "\u0080\u0080\u0080\u0080\u0080\u0080\u0080\u0080\u0080\u0002", "MalformedFrame")]
    [InlineData("varint", "\u0080\u0080\u0080\u0080\u0080\u0080\u0080\u0080\u0080\u0080", "MalformedFrame")]
    [InlineData("varint", "\u0080\u0080\u0080\u0080\u0080\u0080\u0080\u0080\u0080\u0001", "FrameTooLong")]
    [InlineData("netstring", "1:a,101", "[a] FrameTooLong")]
    [InlineData("netstring", "00", "MalformedFrame")]
    [InlineData("netstring", "01", "MalformedFrame")]
    [InlineData("netstring", ":", "MalformedFrame")]
    [InlineData("netstring", "-", "MalformedFrame")]
    [InlineData("netstring", "1 ", "MalformedFrame")]
    [InlineData("netstring", "1:a;", "MalformedFrame")]
    [InlineData("too many", "a", "FrameTooLong")]
    public void A_violation_is_found_as_soon_as_it_is_certain(string framing, string input, string found)
    {
        Assert.Equal(found, Decode(framing, input));
        Assert.DoesNotContain("Frame", Decode(framing, input[..^1]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 100, "left 100")]
    [InlineData(1, 101, "FrameTooLong")]
    [InlineData(5, 104, "left 104")]
    [InlineData(5, 105, "FrameTooLong")]
    public void Bytes_without_a_terminator_are_too_many_when_none_can_come_in_time(int size, int length, string found)
    {
        Framing framing = Framing.Terminator(Enumerable.Repeat((byte)'.', size).ToArray());
        Assert.Equal(found, Decode(framing, new string('x', length), 1000));
    }

    [Fact]
    public void A_frame_of_the_greatest_length_is_there_with_its_terminator()
    {
        string frame = new('x', Most);
        Assert.Equal($"[{frame}] left 0", Decode(Framing.Terminator("\r\n"u8), frame + "\r\n", 1000));
        Assert.Equal("FrameTooLong", Decode(Framing.Terminator("\r\n"u8), frame + "x\r\n", 1000));
    }

    [Fact]
    public void A_frame_that_the_connection_can_never_hold_is_refused_at_its_header()
    {
        Assert.Equal("left 2", Decode("2 bytes", "\u0000\u0058"));
        Assert.Equal("FrameTooLong", Decode("2 bytes", "\u0000\u0059"));
        Assert.Equal(91, Violation("\u0000\u0059").Length);
        Assert.Equal(MaxUnread, Violation("\u0000\u0059").Maximum);
        Assert.Equal(Most, Violation("\u0000\u0065").Maximum);
        Assert.Equal(101, Violation("\u0000\u0065").Length);

        static FrameTooLongException Violation(string input)
        {
            _ = Framings["2 bytes"]
                .TryTake(new(Bytes(input)), Most, MaxUnread, out _, out _, out PeerViolationException? violation);
            return Assert.IsType<FrameTooLongException>(violation);
        }
    }

    [Fact]
    public void Without_a_framing_everything_that_has_arrived_is_a_frame()
    {
        ReadOnlySequence<byte> data = new(new byte[1000]);
        Assert.True(Framing.None.TryTake(data, 10, 10, out ReadOnlySequence<byte> frame, out long used, out _));
        Assert.Equal(1000, frame.Length);
        Assert.Equal(1000, used);
    }

    public static TheoryData<string, string, string> Encoded =>
        new()
        {
            { "1 byte", "abc", "\u0003abc" },
            { "1 byte", "", "\u0000" },
            { "3 bytes little", "ab", "\u0002\u0000\u0000ab" },
            { "8 bytes", "ab", "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0002ab" },
            { "type first", "t??ab", "t\u0000\u0002ab" },
            { "whole", "abc", "\u0000\u0005abc" },
            { "whole, type first", "t??ab", "t\u0000\u0005ab" },
            { "type between", "tab", "\u0002tab" },
            { "counts more", "ab", "\u0005ab" },
            { "varint", new string('x', 300), "\u00AC\u0002" + new string('x', 300) },
            { "varint", "", "\u0000" },
            { "netstring", "abc", "3:abc," },
            { "netstring", "", "0:," },
            { "lf", "abc", "abc\n" },
            { "crlf.crlf", "\r\n", "\r\n\r\n.\r\n" },
            { "count", "abc", "abc" },
        };

    [Theory]
    [MemberData(nameof(Encoded))]
    public void A_frame_is_encoded_without_a_copy(string framing, string frame, string encoded)
    {
        byte[] bytes = Bytes(frame);
        ReadOnlySequence<byte> result = Framings[framing].Encode(bytes);
        Assert.Equal(encoded, Text(result));
        if (frame.Length > 0)
        {
            int copied = framing.EndsWith("type first", StringComparison.Ordinal) ? 3 : 0;
            Assert.Contains(Arrays(result), piece => piece.Array == bytes && piece.Count == bytes.Length - copied);
        }
    }

    [Fact]
    public void A_frame_that_the_framing_cannot_express_is_refused()
    {
        Refused("1 byte", 256);
        Refused("2 bytes", 65536);
        Refused("count", 2);
        Refused("type first", 2);
        Assert.Throws<ArgumentException>(() => Framings["lf"].Encode("a\nb"u8.ToArray()));
        Assert.Throws<ArgumentException>(() => Framings["aab"].Encode("xaaby"u8.ToArray()));

        // With its terminator the frame would be shorter.
        Assert.Throws<ArgumentException>(() => Framings["crlf.crlf"].Encode("\r\n."u8.ToArray()));
        Assert.Throws<ArgumentException>(() => Framing.Terminator("aa"u8).Encode("xa"u8.ToArray()));
        Assert.Throws<ArgumentException>(() => Framing.LengthField(1, adjustment: 3).Encode("ab"u8.ToArray()));
        Assert.Throws<InvalidOperationException>(() => Framings["type first, dropped"].Encode("ab"u8.ToArray()));

        static void Refused(string framing, int length) =>
            Assert.Throws<ArgumentException>(() => Framings[framing].Encode(new byte[length]));
    }

    [Fact]
    public void Framings_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Framing.LengthField(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Framing.LengthField(9));
        Assert.Throws<ArgumentOutOfRangeException>(() => Framing.LengthField(2, offset: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Framing.LengthField(2, offset: 1025));
        Assert.Throws<ArgumentOutOfRangeException>(() => Framing.Count(0));
        Assert.Throws<ArgumentException>(() => Framing.Terminator([]));
    }

    [Theory]
    [InlineData("4 bytes", "\u0000\u0000\u0000\u0005hello")]
    [InlineData("whole, type first", "t\u0000\u0008hello")]
    [InlineData("varint", "\u0005hello")]
    [InlineData("netstring", "5:hello,")]
    [InlineData("crlf.crlf", "hello\r\n.\r\n")]
    [InlineData("count", "hel")]
    public void A_frame_in_one_block_is_neither_copied_nor_does_it_allocate(string name, string encoded)
    {
        Framing framing = Framings[name];
        byte[] block = Bytes(string.Concat(Enumerable.Repeat(encoded, 1000)));
        Assert.Equal(1000, TakeAll(framing, block));
        long before = GC.GetAllocatedBytesForCurrentThread();
        int frames = TakeAll(framing, block);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1000, frames);
    }

    private static int TakeAll(Framing framing, byte[] block)
    {
        ReadOnlySequence<byte> data = new(block);
        int frames = 0;
        while (!data.IsEmpty && framing.TryTake(data, Most, MaxUnread, out var frame, out long used, out _))
        {
            frames +=
                MemoryMarshal.TryGetArray(frame.First, out ArraySegment<byte> part) && part.Array == block ? 1 : 0;
            data = data.Slice(used);
        }

        return frames;
    }

    private static string Decode(string framing, string input) => Decode(Framings[framing], input, MaxUnread);

    private static string Decode(Framing framing, string input, int maxUnread) =>
        ByteFeeder.SameHoweverCut(
            Bytes(input),
            cutting =>
            {
                List<string> found = [];
                bool failed = false;
                ReadOnlySequence<byte> rest = ByteFeeder.Feed(
                    cutting,
                    data =>
                    {
                        if (failed)
                        {
                            return data.Length;
                        }

                        bool taken = framing.TryTake(data, Most, maxUnread, out var frame, out long used, out var why);
                        Assert.False(taken && why is not null);
                        Assert.Equal(taken, used > 0);
                        if (taken)
                        {
                            found.Add($"[{Text(frame)}]");
                        }
                        else if (why is not null)
                        {
                            failed = true;
                            found.Add(why.GetType().Name.Replace("Exception", "", StringComparison.Ordinal));
                            return data.Length;
                        }

                        return used;
                    }
                );
                return string.Join(' ', failed ? found : [.. found, $"left {rest.Length}"]);
            }
        );

    private static List<ArraySegment<byte>> Arrays(ReadOnlySequence<byte> sequence)
    {
        List<ArraySegment<byte>> arrays = [];
        foreach (ReadOnlyMemory<byte> memory in sequence)
        {
            Assert.True(MemoryMarshal.TryGetArray(memory, out ArraySegment<byte> array));
            arrays.Add(array);
        }

        return arrays;
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    private static string Text(in ReadOnlySequence<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
