using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Xunit;

namespace Akka.Reactor.Simulated.Tests;

public sealed class ByteFeederSpec
{
    [Fact]
    public void Input_is_cut_in_one_block_in_drips_and_at_every_split()
    {
        Cutting[] cuttings = [.. ByteFeeder.Cuttings("abcd"u8.ToArray())];
        string[] shown =
        [
            .. cuttings.Select(cutting =>
                string.Join('|', cutting.Parts.Select(part => Encoding.ASCII.GetString(part.Span)))
            ),
        ];
        Assert.Equal((string[])["abcd", "a|b|c|d", "a|bcd", "ab|cd", "abc|d"], shown);
        Assert.Equal("split at 2", cuttings[3].Name);
    }

    [Fact]
    public void What_was_not_consumed_is_offered_again_with_more_in_segments_of_their_own()
    {
        List<string> offers = [];
        Cutting drips = ByteFeeder.Cuttings("abcde"u8.ToArray()).ElementAt(1);
        ReadOnlySequence<byte> rest = ByteFeeder.Feed(
            drips,
            data =>
            {
                offers.Add(Encoding.ASCII.GetString(data));
                Assert.Equal(data.Length == 1, data.IsSingleSegment);
                return data.Length == 2 ? 2 : 0;
            }
        );
        Assert.Equal(["a", "ab", "c", "cd", "e"], offers);
        Assert.Equal("e", Encoding.ASCII.GetString(rest));
    }

    [Fact]
    public void A_cutting_that_makes_a_difference_is_named()
    {
        ByteFeederException failure = Assert.Throws<ByteFeederException>(() =>
            ByteFeeder.SameHoweverCut("ab\ncd\n"u8.ToArray(), CountBlocks)
        );
        Assert.Contains(
            "byte by byte: the result is '6', but in one block it is '1'",
            failure.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void More_than_there_is_cannot_be_consumed() =>
        Assert.Throws<ByteFeederException>(() =>
            ByteFeeder.Feed(ByteFeeder.Cuttings("ab"u8.ToArray()).First(), data => data.Length + 1)
        );

    private static int CountBlocks(Cutting cutting)
    {
        int blocks = 0;
        ByteFeeder.Feed(
            cutting,
            data =>
            {
                blocks++;
                return data.Length;
            }
        );
        return blocks;
    }
}
